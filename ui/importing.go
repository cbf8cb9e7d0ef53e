package ui

import (
	"errors"
	"slices"
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
	// failed are those of the items that have, onlyFailed lists them alone.
	failed     []catalog.Ref
	onlyFailed bool
	estimate   estimate
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
func (j *job) absorb(items map[catalog.Ref]importer.Item, now time.Time) {
	if j.began.IsZero() {
		return
	}
	if j.ended.IsZero() {
		before := len(j.refs)
		for ref, item := range items {
			if joins(&item, now) {
				j.expect(ref)
			}
		}
		// Maps have no order; what has just come is put into one.
		slices.Sort(j.refs[before:])
	}
	j.counts, j.first, j.failed = importer.Counts{}, len(j.refs), nil
	for i, ref := range j.refs {
		state := importer.Queued
		if item, ok := items[ref]; ok {
			state = item.State
		}
		j.counts[state]++
		if state.Pending() {
			j.first = min(j.first, i)
		}
		if state == importer.Failed {
			j.failed = append(j.failed, ref)
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
	if m.left.Pending() == 0 || m.job.draining || m.unable() != "" {
		return nil
	}
	m.job.begin(m.now())
	m.job.absorb(m.latest.items, m.now())
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
	case errors.Is(msg.err, importer.ErrStopped):
		m.stopped()
		return m.arrangeCmd()
	case msg.err != nil:
		m.job.again = false
		m.goesOn()
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
	m.goesOn()
	m.job.ended = m.now()
	m.job.top, m.job.moved = 0, false
	m.gatherFailed()
	m.tell(aboutImport, m.resultWords())
	return m.arrangeCmd()
}

// gatherFailed puts what has failed first, where its reasons are seen, and marks what of it the
// list may have, so that it is at hand.
func (m *model) gatherFailed() {
	var bad, good []catalog.Ref
	view := m.onShow()
	for _, ref := range m.job.refs {
		if item := m.jobItem(ref); failed(&item) {
			m.marks.Failed(view, ref)
			bad = append(bad, ref)
		} else {
			good = append(good, ref)
		}
	}
	m.job.refs = append(bad, good...)
	m.job.absorb(m.latest.items, m.now())
}

// resultWords sum the job up.
func (m *model) resultWords() string {
	words := resultWords(m.now(), ofJob(m.job.refs, m.latest.items), m.job.ended.Sub(m.job.began))
	if m.job.counts[importer.Failed] > 0 {
		words += " R retries what failed."
	}
	return words
}
