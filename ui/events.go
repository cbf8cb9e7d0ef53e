package ui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// event is something that happened to an import, in a safe sentence.
type event struct {
	at      time.Time
	trouble bool
	text    string
	// well holds the figures of an event that says only how many items got how far.
	well importer.Counts
	// again is how many items the text says are to be sent again; zero for other events.
	again int
}

// figuresFor is how long figures are added up in one event, so that a long import leaves room
// for what else went on.
const figuresFor = 5 * time.Second

// keptEvents is how many events can be read again.
const keptEvents = 500

// log writes an event down.
func (m *model) log(trouble bool, text string) {
	m.events = append(m.events, event{at: m.now(), trouble: trouble, text: safetext.Line(text)})
	if over := len(m.events) - keptEvents; over > 0 {
		m.events = m.events[over:]
	}
}

// happened writes down what has become of items: what went well as figures, what failed each
// with its whole reason, and what is to be sent again by the cause. What the queue held when
// the table was opened is no news.
func (m *model) happened(items []importer.Item) {
	if !m.opened {
		return
	}
	well := importer.Counts{}
	var failures []string
	troubled := map[string]int{}
	for i := range items {
		item := &items[i]
		old, known := m.latest.items[item.Ref]
		if known && old.Seq >= item.Seq {
			continue
		}
		moved := !known || old.State != item.State || old.Lost != item.Lost || old.Attempts != item.Attempts
		switch {
		case item.State == importer.Retrying && (moved || old.Error != item.Error):
			troubled[m.againWords(item)]++
		case !moved:
		case item.State == importer.Failed:
			failures = append(failures, fmt.Sprintf("%s failed: %s", item.Ref, text.Reason(item.Project.Name, item.Error)))
		default:
			well[item.State]++
		}
	}
	m.goesWell(well)
	for _, words := range slices.Sorted(maps.Keys(troubled)) {
		m.goesAgain(troubled[words], words)
	}
	slices.Sort(failures)
	for _, text := range failures {
		m.log(true, text)
	}
}

// goesWell logs how many items got how far, together with what was logged a moment ago.
func (m *model) goesWell(well importer.Counts) {
	if len(well) == 0 {
		return
	}
	if n := len(m.events); n > 0 && m.events[n-1].well != nil && m.now().Sub(m.events[n-1].at) < figuresFor {
		last := &m.events[n-1]
		for state, more := range well {
			last.well[state] += more
		}
		last.text = wellWords(last.well)
		return
	}
	m.log(false, wellWords(well))
	m.events[len(m.events)-1].well = well
}

func wellWords(well importer.Counts) string {
	var figures []string
	for _, s := range []importer.State{importer.Queued, importer.Sending, importer.Accepted, importer.Imported} {
		if well[s] > 0 {
			figures = append(figures, fmt.Sprintf("%d %s", well[s], s))
		}
	}
	return strings.Join(figures, ", ")
}

// goesAgain logs how many items are to be sent again for a reason, together with those of a
// moment ago.
func (m *model) goesAgain(n int, words string) {
	for i := range slices.Backward(m.events) {
		e := &m.events[i]
		if m.now().Sub(e.at) >= figuresFor {
			break
		}
		if e.again > 0 && e.text == safetext.Line(text.Entities(e.again)+" "+words) {
			e.again += n
			e.text = safetext.Line(text.Entities(e.again) + " " + words)
			return
		}
	}
	m.log(true, text.Entities(n)+" "+words)
	m.events[len(m.events)-1].again = n
}

// againWords say why an item is sent again, and what comes before that.
func (m *model) againWords(item *importer.Item) string {
	if item.Lost {
		return "without an answer, looked for before anything is sent again: " + item.Error
	}
	words := "to be sent again"
	if item.NotBefore.After(m.now()) {
		words += " at " + m.exact(item.NotBefore)
	}
	return words + ": " + item.Error
}

// logged is what was said and what happened, the newest last.
func (m *model) logged() []event {
	all := make([]event, 0, len(m.notices.past)+len(m.events))
	for i := range m.notices.past {
		n := &m.notices.past[i]
		all = append(all, event{at: n.at, trouble: n.trouble, text: n.text})
	}
	all = append(all, m.events...)
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all
}

// logLines are the log in full, the newest first.
func (m *model) logLines(w int) []string {
	all := m.logged()
	if len(all) == 0 {
		return draw.Wrap("Nothing was said yet, and nothing has happened.", w)
	}
	var lines []string
	for _, e := range slices.Backward(all) {
		mark := ""
		if e.trouble {
			mark = "! "
		}
		lines = append(lines, hanging(m.exact(e.at)+"  "+mark+e.text, w)...)
	}
	return lines
}

// failureLines are what has failed, each with the whole of its reason.
func (m *model) failureLines(w int) []string { return wrapAll(m.failureParagraphs(), w) }

// failureParagraphs is failureLines before they are wrapped.
func (m *model) failureParagraphs() []string {
	return session.FailureLines(m.now(), m.job.Failed(), m.latest.items)
}
