package ui

import (
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// auto is auto-import as this table knows it.
type auto struct {
	status importer.AutoStatus
	// gen tells the alarm that is set from those set before.
	gen int
	// checking reports that a check is under way; next is when the alarm is set for.
	checking bool
	next     time.Time
}

// leastWait keeps checks apart whose next time has passed already, as after a failure.
const leastWait = time.Minute

// words are auto-import on the status line.
func (a *auto) words(now time.Time) string {
	switch {
	case a.status.Here && a.checking:
		return "auto ON, checking now, runs here while open"
	case a.status.Here && !a.next.IsZero():
		return "auto ON, next " + text.Clock(now, a.next) + ", runs here while open"
	case a.status.Flag:
		return "auto ON, not from here"
	case a.status.FlagReadAt.IsZero():
		return ""
	}
	return "auto off"
}

// short is words where there is little room.
func (a *auto) short(now time.Time) string {
	switch {
	case a.status.Here && !a.next.IsZero():
		return "auto ON " + text.Clock(now, a.next)
	case a.status.Here || a.status.Flag:
		return "auto ON"
	}
	return ""
}

// sentence is auto-import in the connection panel.
func (a *auto) sentence(now time.Time) string {
	words := "off"
	switch {
	case a.status.Here && !a.next.IsZero():
		words = fmt.Sprintf("on, every %s, next at %s; it runs here while this table is open", text.Interval(a.status.Interval), text.Clock(now, a.next))
	case a.status.Here:
		words = "on; it runs here while this table is open"
	case a.status.Flag:
		words = "on at Conviso, but not sent from here; t switches it on here as well"
	case a.status.FlagReadAt.IsZero():
		return "not known yet"
	}
	if a.status.FlagReadAt.IsZero() {
		return words
	}
	return words + " (flag read " + text.Age(now, a.status.FlagReadAt) + ")"
}

// toggleAuto switches auto-import off after a question, or on after a review of what that
// would send now.
func (m *model) toggleAuto() tea.Cmd {
	if m.auto.status.Here {
		m.question = &question{
			text:    "Switch auto-import off? That holds for everybody who uses this integration.",
			yesWord: "switches it off", noWord: "leaves it on",
			yes: func() tea.Cmd { return m.setAutoCmd(false) },
		}
		return nil
	}
	return m.startReview(true, m.engine.AutoPlan)
}

// autoKnown takes what is known of auto-import and sets the alarm for the next check.
func (m *model) autoKnown(status importer.AutoStatus) tea.Cmd {
	m.auto.status = status
	if !status.Here || m.unable() != "" {
		m.auto.gen++
		m.auto.next = time.Time{}
		return nil
	}
	return m.setAlarm(status.Next)
}

// setAlarm sets the one alarm for a check; there is no clock that ticks in between.
func (m *model) setAlarm(at time.Time) tea.Cmd {
	if at.Equal(m.auto.next) || m.auto.checking {
		return nil
	}
	m.auto.gen++
	m.auto.next = at
	return m.afterCmd(max(0, at.Sub(m.now())), autoDueMsg{m.auto.gen})
}

// autoSet takes the answer to a switch. Switched on, it makes the first check at once.
func (m *model) autoSet(msg autoSetMsg) tea.Cmd {
	m.review.sending = false
	m.auto.status = msg.status
	if msg.err != nil {
		m.fail(aboutAuto, msg.err, "")
		return nil
	}
	if !msg.on {
		m.auto.gen++
		m.auto.next = time.Time{}
		m.tell(aboutAuto, "Auto-import is off.")
		return nil
	}
	if m.top() == screenReview {
		m.review.leave()
		m.back()
	}
	m.tell(aboutAuto, fmt.Sprintf("Auto-import is on: every %s while this table is open. Unattended: let cron start %s.",
		text.Interval(msg.status.Interval), session.Unattended))
	return m.check()
}

// autoDue makes the check that the alarm was set for.
func (m *model) autoDue(msg autoDueMsg) tea.Cmd {
	if msg.gen != m.auto.gen {
		return nil
	}
	return m.check()
}

func (m *model) check() tea.Cmd {
	if m.auto.checking {
		return nil
	}
	m.auto.gen++
	m.auto.checking = true
	return m.autoCheckCmd()
}

// autoChecked takes what a check found and queued, sends it, and sets the next alarm.
func (m *model) autoChecked(msg autoCheckedMsg) tea.Cmd {
	m.auto.checking = false
	m.auto.next = time.Time{}
	m.auto.status = msg.status
	if isCancelled(msg.err) {
		return nil
	}
	var cmds []tea.Cmd
	if msg.result.Snapshot != nil && msg.result.Snapshot.Complete && msg.kinds == m.latest.kinds {
		m.latest.snap = msg.result.Snapshot
	}
	if msg.result.Assets != nil && msg.result.Assets.Complete {
		m.latest.assets = msg.result.Assets
	}
	switch {
	case msg.err != nil:
		m.fail(aboutAuto, msg.err, "")
	case msg.result.SwitchedOff:
		m.tell(aboutAuto, "Auto-import was switched off at Conviso, so it is off here too.")
	default:
		m.tell(aboutAuto, session.CheckWords(m.now(), &msg.result))
	}
	if msg.result.Queued() > 0 {
		m.beginJob(nil)
		cmds = append(cmds, m.drainCmd())
	}
	m.mergeItems(msg.items)
	m.seq = max(m.seq, msg.seq)
	cmds = append(cmds, m.arrangeCmd())
	if msg.status.Here && m.unable() == "" {
		next := msg.status.Next
		if soonest := m.now().Add(leastWait); next.Before(soonest) {
			next = soonest
		}
		cmds = append(cmds, m.setAlarm(next))
	}
	return tea.Batch(cmds...)
}
