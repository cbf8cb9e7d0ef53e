package session

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// Entry is one event of an import, safe to show.
type Entry struct {
	At      time.Time
	Trouble bool
	Text    string
	figures importer.Counts // of an entry that only counts items
	retries int             // items to send again, for an entry about them
}

// mergeWithin is how long figures are merged into one entry, so that they do not fill the log.
const mergeWithin = 5 * time.Second

const keptEntries = 500

// Log is what happened to imports, oldest first.
type Log struct{ Entries []Entry }

func (l *Log) add(at time.Time, trouble bool, text string) *Entry {
	l.Entries = append(l.Entries, Entry{At: at, Trouble: trouble, Text: safetext.Line(text)})
	if over := len(l.Entries) - keptEntries; over > 0 {
		l.Entries = l.Entries[over:]
	}
	return &l.Entries[len(l.Entries)-1]
}

func (s *Session) announce(trouble bool, words string) {
	e := s.Log.add(s.now(), trouble, words)
	s.front.Notify(Notice{About: AboutLog, Trouble: trouble, Text: text.Sentence(e.Text)})
}

// logChanges logs changes: successes as figures, failures one by one, retries by cause. It also notifies
// failures of the job.
func (s *Session) logChanges(before map[catalog.Ref]importer.Item, changed, failedOfJob []importer.Item) {
	figures := importer.Counts{}
	failures := map[catalog.Ref]*importer.Item{}
	var stopped []*importer.Item
	elsewhere := 0
	troubled := map[string]int{}
	for i := range changed {
		item := &changed[i]
		old, known := before[item.Ref]
		if known && old.Seq >= item.Seq {
			continue
		}
		moved := !known || old.State != item.State || old.Lost != item.Lost || old.Attempts != item.Attempts
		switch {
		case item.State == importer.Retrying && (moved || old.Error != item.Error):
			troubled[retryWords(s.now(), item)]++
		case !moved:
		case item.State == importer.Failed:
			failures[item.Ref] = item
		case item.State == importer.Skipped && item.Error != importer.NoteTakenBack:
			stopped = append(stopped, item)
		case known && item.State == importer.Imported && item.Attempts == 0:
			elsewhere++
		default:
			figures[item.State]++
		}
	}
	s.Log.addFigures(s.now(), figures)
	for _, words := range slices.Sorted(maps.Keys(troubled)) {
		s.Log.addRetries(s.now(), troubled[words], words)
	}
	s.announceStopped(stopped, elsewhere)
	for _, ref := range slices.Sorted(maps.Keys(failures)) {
		words := fmt.Sprintf("%s failed: %s", ref, text.Reason(failures[ref].Project.Name, failures[ref].Error))
		if slices.ContainsFunc(failedOfJob, func(i importer.Item) bool { return i.Ref == ref }) {
			s.front.Notify(Notice{About: AboutLog, Trouble: true, Text: safetext.Line(words)})
		}
		s.Log.add(s.now(), true, words)
	}
}

// announceStopped tells what was queued and not sent after all: what somebody else has imported meanwhile as a
// figure, some of the others with their reasons.
func (s *Session) announceStopped(stopped []*importer.Item, elsewhere int) {
	if elsewhere > 0 {
		s.announce(false, fmt.Sprintf("%s imported meanwhile by somebody else, so not sent from here", text.Entities(elsewhere)))
	}
	shown := stopped[:min(len(stopped), shownFailures)]
	if more := len(stopped) - len(shown); more > 0 {
		s.announce(true, fmt.Sprintf("%s were skipped: the reason stands with each", text.Entities(len(stopped))))
	}
	for _, item := range shown {
		s.announce(true, fmt.Sprintf("%s skipped, %s", item.Ref, text.Reason(item.Project.Name, item.Error)))
	}
}

// addFigures adds to the previous entry if that is recent.
func (l *Log) addFigures(now time.Time, figures importer.Counts) {
	if len(figures) == 0 {
		return
	}
	if n := len(l.Entries); n > 0 && l.Entries[n-1].figures != nil && now.Sub(l.Entries[n-1].At) < mergeWithin {
		last := &l.Entries[n-1]
		for state, more := range figures {
			last.figures[state] += more
		}
		last.Text = figureWords(last.figures)
		return
	}
	l.add(now, false, figureWords(figures)).figures = figures
}

func figureWords(figures importer.Counts) string {
	return CountWords(figures, importer.Queued, importer.Sending, importer.Accepted, importer.Imported, importer.Skipped)
}

// addRetries adds to a recent entry with the same reason.
func (l *Log) addRetries(now time.Time, n int, words string) {
	for i := range slices.Backward(l.Entries) {
		e := &l.Entries[i]
		if now.Sub(e.At) >= mergeWithin {
			break
		}
		if e.retries > 0 && e.Text == safetext.Line(text.Entities(e.retries)+" "+words) {
			e.retries += n
			e.Text = safetext.Line(text.Entities(e.retries) + " " + words)
			return
		}
	}
	l.add(now, true, text.Entities(n)+" "+words).retries = n
}

func retryWords(now time.Time, item *importer.Item) string {
	if item.Lost {
		return "without a clear answer, looked for before anything is sent again: " + item.Error
	}
	words := "to be sent again"
	if item.NotBefore.After(now) {
		words += " at " + text.ClockSeconds(now, item.NotBefore)
	}
	return words + ": " + item.Error
}
