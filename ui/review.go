package ui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// typeAbove is how many entities may be sent on one key; for more, and in production for
// any, the number is typed.
const typeAbove = 100

// review shows a plan before it is sent. Nothing leaves without it.
type review struct {
	gen int
	// auto says that the plan is what switching auto-import on would send now.
	auto bool
	// plan is nil while it is being made.
	plan   *importer.Plan
	err    error
	cancel context.CancelFunc
	// lines are what is unusual in the plan, cursor one of them.
	lines  []finding
	cursor int
	// typed are the digits typed so far.
	typed string
	// saved is the path of the file that the plan was saved to, if it was.
	saved string
	// sending says that the user agreed and the plan is being written to the queue.
	sending bool
}

// startReview opens the review and has its plan made, with what is unusual in it.
func (m *model) startReview(auto bool, plan func(context.Context) (*importer.Plan, error)) tea.Cmd {
	m.review.leave()
	ctx, cancel := context.WithCancel(m.ctx)
	m.review = review{gen: m.review.gen + 1, auto: auto, cancel: cancel}
	m.notices.drop(aboutKey)
	m.open(screenReview)
	listed := m.onList()
	if auto {
		listed = func(catalog.Ref) bool { return true }
	}
	return planCmd(ctx, m.review.gen, plan, func(p *importer.Plan) []finding { return planFindings(p, listed) })
}

// reviewMarked reviews an import of what is marked.
func (m *model) reviewMarked() tea.Cmd { return m.reviewRequest(m.marks.copied().request) }

// reviewFailed reviews another try of what failed and is of the list's kinds.
func (m *model) reviewFailed() tea.Cmd {
	refs, left := retryable(m.latest.items, m.kinds)
	var cmd tea.Cmd
	if len(refs) > 0 {
		cmd = m.reviewRequest(func() importer.Request { return importer.Request{Named: refs} })
	}
	if left != "" {
		m.say(left)
	}
	return cmd
}

// reviewRequest reviews a request that is put together when it is planned, since no key may wait
// for the refs of all rows of a large list.
func (m *model) reviewRequest(request func() importer.Request) tea.Cmd {
	e := m.engine
	return m.startReview(false, func(ctx context.Context) (*importer.Plan, error) { return e.Plan(ctx, request()) })
}

// leave gives up the plan that is being made, if one is.
func (r *review) leave() {
	if r.cancel != nil {
		r.cancel()
	}
	r.cancel = nil
	r.gen++
}

// planned takes the plan that was asked for last.
func (m *model) planned(msg planMsg) {
	r := &m.review
	if msg.gen != r.gen {
		return
	}
	r.plan, r.err, r.lines = msg.plan, msg.err, msg.lines
}

// mustType says whether agreeing takes the number rather than a key.
func (m *model) mustType() bool {
	return mustType(m.id, len(m.review.plan.Items))
}

func mustType(id importer.Identity, n int) bool {
	return n > 0 && (n > typeAbove || production(id))
}

// agreeable says whether there is something to agree to.
func (m *model) agreeable() bool {
	r := &m.review
	return r.plan != nil && !r.sending && (r.auto || len(r.plan.Items) > 0)
}

// types takes a key that is part of typing the number and says whether it was.
func (r *review) types(msg tea.KeyMsg) bool {
	if r.plan == nil || r.sending {
		return false
	}
	switch key := msg.String(); {
	case key == "backspace" && r.typed != "":
		r.typed = r.typed[:len(r.typed)-1]
		return true
	case len(key) == 1 && key[0] >= '0' && key[0] <= '9' && len(r.typed) < 9:
		r.typed += key
		return true
	}
	return false
}

func (m *model) reviewKeys() []binding {
	return append(append([]binding{
		bind("y", "agree, where no number is asked for", "y").in("Import").atFoot(10, "yes").unless(m.noYes).does(m.agree),
		bind("enter", "agree to the number typed; or list the entities of a line", "enter").in("Import").atFoot(20, "list").
			unless(m.nothingToEnter).does(m.enterReview),
		bind("j", "next line; also down", "j", "down").in("Move").just(func() { m.moveReview(1) }),
		bind("k", "line before; also up", "k", "up").in("Move").just(func() { m.moveReview(-1) }),
	}, m.planKeys()...), m.overlayKeys()...)
}

func (m *model) moveReview(by int) {
	r := &m.review
	r.cursor = min(max(0, r.cursor+by), max(0, len(r.lines)-1))
}

func (m *model) noYes() string {
	switch {
	case m.review.plan == nil:
		return "the plan is not ready."
	case !m.agreeable():
		return "there is nothing to send."
	case m.mustType():
		return fmt.Sprintf("type %d and enter to agree.", len(m.review.plan.Items))
	}
	return ""
}

func (m *model) nothingToEnter() string {
	if m.review.typed == "" && len(m.review.lines) == 0 {
		return "there is no line to list."
	}
	return ""
}

// enterReview agrees where the number is typed, and lists a line's entities where nothing
// is: enter alone sends nothing.
func (m *model) enterReview() tea.Cmd {
	r := &m.review
	if r.typed == "" {
		line := &r.lines[r.cursor]
		m.read(fmt.Sprintf("%d %s", len(line.refs), line.text), func(w int) []string { return wrapAll(line.refs, w) })
		return nil
	}
	if !m.agreeable() || r.typed != fmt.Sprint(len(r.plan.Items)) {
		m.say(fmt.Sprintf("%s is not the number of entities; nothing was sent.", r.typed))
		r.typed = ""
		return nil
	}
	return m.agree()
}

// agree does what was reviewed.
func (m *model) agree() tea.Cmd {
	m.review.sending = true
	if m.review.auto {
		return m.setAutoCmd(true)
	}
	return m.submitCmd(m.review.plan)
}

// submitted follows a plan that is on disk now to its end.
func (m *model) submitted(msg submittedMsg) tea.Cmd {
	m.review.sending = false
	if msg.err != nil {
		m.fail(aboutImport, msg.err, "nothing was queued")
		return nil
	}
	m.notices.drop(aboutUnfinished)
	m.beginJob(msg.plan)
	for i := range msg.plan.Items {
		m.marks.put(msg.plan.Items[i].Ref, unmarked)
	}
	m.marksChanged()
	m.review.leave()
	m.leaveFor(screenImporting)
	return tea.Batch(m.itemsCmd(), m.drainCmd())
}
