package ui

import (
	"fmt"
	"slices"
	"strings"

	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/flow"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
)

func (m *jobScreen) scrollJob(by int) {
	m.job.top = draw.Scrolled(m.jobTop()+by, m.listedItems(), m.importingRows())
	m.job.moved = true
}

// jobTop is where the user scrolled to, or else just before the first unfinished item.
func (m *jobScreen) jobTop() int {
	if m.job.moved {
		return m.job.top
	}
	const before = 2
	if m.job.onlyFailed || m.work.Job.First() == m.work.Job.Len() {
		return 0
	}
	return draw.Scrolled(m.work.Job.First()-before, m.work.Job.Len(), m.importingRows())
}

func (m *jobScreen) workRoom() int {
	if m.layout().Body() < 14 {
		return 1
	}
	return 2
}

// importingRows is the height without bar, counts, work lines and heads.
func (m *jobScreen) importingRows() int { return m.layout().Body() - 3 - m.workRoom() }

func (m *jobScreen) view() []string {
	counts := m.work.Job.States()
	total := m.work.Job.Len()
	t := newJobTable(m.width, m.gl)
	body := make([]string, 0, m.layout().Body())
	body = append(body, m.bar(total-counts.Pending(), total), m.countWords(counts))
	body = append(body, m.workLines()...)
	body = append(body, m.st.Dim.Of(t.Heads("", "")))
	n := m.listedItems()
	if n == 0 && m.job.onlyFailed {
		body = append(body, "  Nothing has failed. 4 shows everything.")
	}
	top := draw.Scrolled(m.jobTop(), n, m.importingRows())
	for i := top; i < min(n, top+max(0, m.importingRows())); i++ {
		item := m.itemAt(i)
		body = append(body, m.jobLine(&t, &item))
	}
	title := "Importing " + text.Entities(total)
	switch {
	case m.job.onlyFailed:
		title = fmt.Sprintf("Only what failed, %d of %s,", len(m.work.Job.Failed()), text.Entities(total))
	case m.work.Job.Ended():
		title = "Import finished: " + text.Entities(total)
	case !m.work.Job.Sends && m.work.Job.Runner == "":
		title = "Import stopped: " + text.Entities(total)
	}
	return m.frame(title+" to Conviso company "+m.work.ID.Company.ID+" "+m.work.ID.Company.Label, body)
}

// bar shows the progress and the time left if known.
func (m *jobScreen) bar(settled, total int) string {
	if total == 0 {
		return "nothing to import"
	}
	figures := fmt.Sprintf("  %d/%d  %d%%", settled, total, settled*100/total)
	if left := m.work.Job.TimeLeft(m.now(), &m.work.Flow); left != "" {
		figures += "  " + left
	}
	size := max(0, min(50, m.width-2-draw.Width(figures)))
	full := size * settled / total
	return "[" + strings.Repeat(m.gl.Done, full) + strings.Repeat(m.gl.Rest, size-full) + "]" + figures
}

// countWords counts the items by state; if not all fit, the finished ones come first.
func (m *jobScreen) countWords(counts importer.Counts) string {
	var parts []string
	for _, s := range []importer.State{importer.Queued, importer.Sending, importer.Retrying, importer.Accepted, importer.Imported, importer.Skipped, importer.Failed} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", s, counts[s]))
		}
	}
	words := strings.Join(parts, "   ")
	if draw.Width(words) > m.width {
		slices.Reverse(parts)
		words = strings.Join(parts, "  ")
	}
	return m.gl.Cut(words, m.width)
}

// workLines always take workRoom lines, so that nothing below jumps.
func (m *jobScreen) workLines() []string {
	words, look := m.workWords()
	lines := m.gl.WrapAtMost(words, m.width, m.workRoom())
	return draw.Filled(m.styled(look, lines), m.workRoom())
}

// fits returns full if it can wrap or fits into a line, else short.
func (m *jobScreen) fits(full, short string) string {
	if m.workRoom() > 1 {
		return full
	}
	return m.gl.Fit(m.width, full, short)
}

func (m *jobScreen) workWords() (string, draw.Style) {
	plain, now, f := draw.Style{}, m.now(), &m.work.Flow
	switch {
	case m.work.Job.Ended():
		done := "Done in " + text.Took(m.work.Job.Took()) + "."
		return m.fits(done+" esc goes back to the table.", done), plain
	case m.work.Job.Runner != "":
		return m.fits("Sent by "+m.work.Job.Runner+"; shown here as it goes.", "Sent by "+m.work.Job.Runner), plain
	case !m.work.Job.Sends:
		return m.fits("Stopped; the queue keeps what is left. u goes on.", "Stopped. u goes on."), plain
	case f.Stopping:
		return m.fits("STOPPING: nothing new is sent; what is on its way is answered and looked for.", "STOPPING: nothing new is sent."), m.st.Key
	case f.Paused:
		return m.fits("PAUSED, p goes on. Nothing new is sent"+m.onTheirWay()+".", "PAUSED, p goes on"+m.onTheirWay()+"."), m.st.Key
	case f.Waits(now):
		return m.fits(flow.PaceText(now, f.Pace)+".", "429: next try at "+m.exact(f.Pace.Until)+"."), m.st.Trouble
	case f.Trouble.What != "":
		return m.fits(flow.TroubleText(now, f.Trouble), m.troubleShort()), m.st.Trouble
	case !f.Silent(now).IsZero():
		return m.fits("No answer from Conviso yet to what was sent at "+m.exact(f.Silent(now))+"; it is waited for.", "No answer yet since "+m.exact(f.Silent(now))+"."), plain
	case f.Slowed(now):
		return m.fits(flow.SlowedText(now, f.Pace)+".",
			fmt.Sprintf("Slowed to %d a minute after 429.", flow.RoundedRate(f.Pace.PerMinute))), plain
	}
	return m.fits("The queue is on disk: losing the link or the terminal loses nothing.", "All is on disk: nothing is lost."), plain
}

func (m *jobScreen) onTheirWay() string {
	if n := m.work.Job.States()[importer.Sending]; n > 0 {
		return fmt.Sprintf("; %d on their way", n)
	}
	return ""
}
