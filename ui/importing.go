package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// job is the import that the importing screen shows: everything that was pending since it
// began, by whichever process it is sent.
type job struct {
	refs  []catalog.Ref
	known map[catalog.Ref]bool
	// counts are its items by state, first is the first of them that is not settled.
	counts importer.Counts
	first  int
	// began and ended bound the import; ended is zero while it runs.
	began, ended time.Time
	// draining says that this table sends; again that it does so once more.
	draining, again bool
	// runner is the other process that sends, if one does.
	runner string
	// top is the first row on show; until the user moves it, it follows the work.
	top   int
	moved bool
}

// begin starts a new job, unless one is under way: then what comes belongs to that one.
func (j *job) begin(now time.Time) {
	if !j.began.IsZero() && j.ended.IsZero() {
		return
	}
	*j = job{known: map[catalog.Ref]bool{}, counts: importer.Counts{}, began: now, draining: j.draining, again: j.again, runner: j.runner}
}

// expect adds an entity to the job.
func (j *job) expect(ref catalog.Ref) {
	if !j.known[ref] {
		j.known[ref] = true
		j.refs = append(j.refs, ref)
	}
}

// absorb adds what has become pending while the job runs, and takes stock.
func (j *job) absorb(items map[catalog.Ref]importer.Item) {
	if j.began.IsZero() {
		return
	}
	if j.ended.IsZero() {
		before := len(j.refs)
		for ref, item := range items {
			if item.State.Pending() {
				j.expect(ref)
			}
		}
		// Maps have no order; what has just come is put into one.
		slices.Sort(j.refs[before:])
	}
	j.counts, j.first = importer.Counts{}, len(j.refs)
	for i, ref := range j.refs {
		state := importer.Queued
		if item, ok := items[ref]; ok {
			state = item.State
		}
		j.counts[state]++
		if state.Pending() {
			j.first = min(j.first, i)
		}
	}
}

// jobItem is an item of the job; one that the queue has not shown yet was queued just now.
func (m *model) jobItem(ref catalog.Ref) importer.Item {
	if item, ok := m.latest.items[ref]; ok {
		return item
	}
	return importer.Item{Ref: ref, State: importer.Queued}
}

// showImport shows the import; where nothing sends it, it goes on. To press this key is how
// the user agrees to finish what an earlier run has left.
func (m *model) showImport() tea.Cmd {
	m.notices.drop(aboutUnfinished)
	m.leaveFor(screenImporting)
	if m.left.pending() == 0 || m.job.draining || m.unable() != "" {
		return nil
	}
	m.job.begin(m.now())
	m.job.absorb(m.latest.items)
	m.notices.drop(aboutImport)
	return m.drainCmd()
}

// drained ends a job, or goes on where more was queued in the meantime.
func (m *model) drained(msg drainedMsg) tea.Cmd {
	m.job.draining = false
	m.mergeItems(msg.items)
	m.seq = max(m.seq, msg.seq)
	switch {
	case isCancelled(msg.err):
		return nil
	case msg.err != nil:
		m.job.again = false
		hint := "the queue keeps what is left, u goes on"
		if errors.Is(msg.err, conviso.ErrAuth) {
			hint = "the queue keeps what is left; after that, u goes on"
		}
		m.fail(aboutImport, msg.err, hint)
		return m.arrangeCmd()
	case m.job.again:
		m.job.again = false
		return tea.Batch(m.arrangeCmd(), m.drainCmd())
	}
	m.job.ended = m.now()
	m.job.top, m.job.moved = 0, false
	m.gatherFailed()
	m.tell(aboutImport, m.resultWords())
	return m.arrangeCmd()
}

// gatherFailed puts what has failed first, where its reasons are seen, and marks it, so that
// it is at hand.
func (m *model) gatherFailed() {
	var bad, good []catalog.Ref
	for _, ref := range m.job.refs {
		if item := m.jobItem(ref); failed(&item) {
			m.marks[ref] = true
			bad = append(bad, ref)
		} else {
			good = append(good, ref)
		}
	}
	m.job.refs = append(bad, good...)
	m.job.absorb(m.latest.items)
}

// resultWords sum the job up.
func (m *model) resultWords() string {
	counts := m.job.counts
	text := fmt.Sprintf("%d imported, %d failed", counts[importer.Imported], counts[importer.Failed])
	if n := counts.Pending(); n > 0 {
		text += fmt.Sprintf(", %d not seen at Conviso yet", n)
	}
	text += " in " + took(m.job.ended.Sub(m.job.began)) + "."
	if counts[importer.Failed] > 0 {
		text += " R retries what failed."
	}
	return text
}

func (m *model) importingKeys() []binding {
	rows := func() int { return max(1, m.importingRows()) }
	return append([]binding{
		bind("esc", "back to the table; the import goes on", "esc").in("Leave").atFoot(10, "table").does(m.stepBack),
		bind("u", "go on, after trouble", "u").in("Import").atFoot(20, "go on").unless(m.nothingToResume).does(m.showImport),
		bind("R", "try again what failed, after a review", "R").in("Import").atFoot(30, "retry").
			counting(func() int { return m.left.failed }).unless(m.nothingFailed).does(m.reviewFailed),
		m.failuresKey(),
		bind("j", "scroll down; also down", "j", "down").in("Move").atFoot(80, "down").just(func() { m.scrollJob(1) }),
		bind("k", "scroll up; also up", "k", "up").in("Move").atFoot(81, "up").just(func() { m.scrollJob(-1) }),
		bind("pgdn", "next page; also right and .", "pgdown", "right", ".").in("Move").just(func() { m.scrollJob(rows()) }),
		bind("pgup", "page before; also left and ,", "pgup", "left", ",").in("Move").just(func() { m.scrollJob(-rows()) }),
		m.exportKey("write the items to a file, .csv or .json", m.noItems, m.jobItems),
		bind("f", "follow the import again", "f").in("Move").just(func() { m.job.moved = false }),
	}, m.tableKeys()...)
}

func (m *model) nothingToResume() string {
	switch {
	case m.job.draining:
		return "it is being sent."
	case m.left.pending() == 0:
		return "nothing is left to send."
	}
	return m.unable()
}

func (m *model) scrollJob(by int) {
	m.job.top = scrolled(m.jobTop()+by, len(m.job.refs), m.importingRows())
	m.job.moved = true
}

// jobTop is the first row on show: where the user scrolled to, or else a little before the
// first item that is not settled.
func (m *model) jobTop() int {
	if m.job.moved {
		return m.job.top
	}
	const before = 2
	if m.job.first == len(m.job.refs) {
		return 0
	}
	return scrolled(m.job.first-before, len(m.job.refs), m.importingRows())
}

// importingHead is how many lines stand above the rows of the importing screen.
const importingHead = 4

func (m *model) importingRows() int { return m.layout().body() - importingHead }

func (m *model) importingView() []string {
	counts := m.job.counts
	total := len(m.job.refs)
	settled := total - counts.Pending()
	t := newJobTable(m.width, m.gl)
	body := make([]string, 0, m.layout().body())
	body = append(body, m.bar(settled, total), m.countWords(counts),
		m.gl.cut(m.workWords(), m.width), m.st.dim.of(t.line("NAME", "TRY", "STATE")))
	refs := m.job.refs[scrolled(m.jobTop(), total, m.importingRows()):]
	for _, ref := range refs[:min(len(refs), max(0, m.importingRows()))] {
		body = append(body, m.jobLine(&t, ref))
	}
	title := "Importing " + entities(total)
	if !m.job.ended.IsZero() {
		title = "Import finished: " + entities(total)
	}
	return m.frame(title+" to Conviso company "+m.id.Company.ID+" "+m.id.Company.Label, body)
}

// bar is how much of the job is settled.
func (m *model) bar(settled, total int) string {
	if total == 0 {
		return "nothing to import"
	}
	figures := fmt.Sprintf("  %d/%d  %d%%", settled, total, settled*100/total)
	size := min(50, m.width-2-width(figures))
	full := size * settled / total
	return "[" + strings.Repeat(m.gl.done, full) + strings.Repeat(m.gl.rest, size-full) + "]" + figures
}

// countWords are the job's items by state, those that occur. Where they do not all fit, what
// is settled stands first.
func (m *model) countWords(counts importer.Counts) string {
	var parts []string
	for _, s := range []importer.State{importer.Queued, importer.Sending, importer.Retrying, importer.Accepted, importer.Imported, importer.Failed} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", s, counts[s]))
		}
	}
	words := strings.Join(parts, "   ")
	if width(words) > m.width {
		slices.Reverse(parts)
		words = strings.Join(parts, "  ")
	}
	return m.gl.cut(words, m.width)
}

// workWords say who sends, and that nothing is lost if that ends.
func (m *model) workWords() string {
	switch {
	case !m.job.ended.IsZero():
		return "Done in " + took(m.job.ended.Sub(m.job.began)) + ". esc goes back to the table."
	case m.job.runner != "":
		return m.gl.fit(m.width, "Sent by "+m.job.runner+"; shown here as it goes.", "Sent by "+m.job.runner)
	case m.job.draining:
		return m.gl.fit(m.width, "The queue is on disk: losing the link or the terminal loses nothing.", "The queue is on disk: nothing is lost.")
	}
	return "Stopped; the queue keeps what is left. u goes on."
}
