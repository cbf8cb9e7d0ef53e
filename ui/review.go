package ui

import (
	"context"
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// review is a plan before it is sent; nothing is sent without a review.
type review struct {
	gen     int
	auto    bool // the plan for switching auto-import on
	request func() importer.Request
	ready   *session.Review // nil while it is being made
	err     error
	cancel  context.CancelFunc
	cursor  int    // the finding under the cursor
	typed   string // the digits typed so far
	sending bool   // the plan is being written to the queue
}

type reviewScreen struct {
	baseScreen
	review
}

// startReview opens the review and starts the planning.
func (m *reviewScreen) startReview(auto bool, plan func(context.Context) (*importer.Plan, error)) tea.Cmd {
	m.review.leave()
	ctx, cancel := context.WithCancel(m.ctx)
	m.review = review{gen: m.review.gen + 1, auto: auto, cancel: cancel}
	m.notices.drop(session.AboutKey)
	m.open(m)
	id, kinds, listed, gen := m.work.ID, m.work.Kinds(), m.browse.onList(), m.review.gen
	return m.taskCmd(func(context.Context) func() {
		p, err := plan(ctx)
		if err != nil {
			return func() { m.planned(gen, nil, err) }
		}
		ready := session.NewReview(id, kinds, p, auto, listed)
		return func() { m.work.Planned(p); m.planned(gen, ready, nil) }
	})
}

func (m *reviewScreen) reviewMarked() tea.Cmd { return m.reviewRequest(m.work.Marks.Copy().Request) }

// reviewFailed reviews a retry of what failed, limited to the list's kinds.
func (m *reviewScreen) reviewFailed() tea.Cmd {
	refs, left := session.Retryable(m.work.Items(), m.work.Kinds())
	var cmd tea.Cmd
	if len(refs) > 0 {
		cmd = m.reviewRequest(func() importer.Request { return importer.Request{Named: refs} })
	}
	if left != "" {
		m.say(left)
	}
	return cmd
}

// reviewRequest builds the request in the command: collecting all refs of a large list would block Update.
func (m *reviewScreen) reviewRequest(request func() importer.Request) tea.Cmd {
	e := m.engine
	cmd := m.startReview(false, func(ctx context.Context) (*importer.Plan, error) { return e.Plan(ctx, request()) })
	m.review.request = request
	return cmd
}

func (m *reviewScreen) nothingShared() string {
	if m.review.ready == nil {
		return notReady
	}
	choice, _ := m.review.ready.NextSharing()
	return reasonIf(choice == "", "nothing that was marked in bulk shares a repository.")
}

// shareNext reviews the same with the next choice for shared repositories.
func (m *reviewScreen) shareNext() tea.Cmd {
	choice, _ := m.review.ready.NextSharing()
	request := m.review.request
	return m.reviewRequest(func() importer.Request {
		r := request()
		r.Sharing = choice
		return r
	})
}

// leave cancels the planning.
func (r *review) leave() {
	if r.cancel != nil {
		r.cancel()
	}
	r.cancel = nil
	r.gen++
}

func (m *reviewScreen) planned(gen int, ready *session.Review, err error) {
	if gen == m.review.gen {
		m.review.ready, m.review.err = ready, err
	}
}

func (m *reviewScreen) stepBack() tea.Cmd {
	m.review.leave()
	m.back()
	return nil
}

func (r *review) findings() []importer.Finding {
	if r.ready == nil {
		return nil
	}
	return r.ready.Findings
}

// typed takes the digits of the number.
func (m *reviewScreen) typed(msg tea.KeyMsg) (tea.Cmd, bool) {
	r := &m.review
	if r.ready == nil || r.sending || !r.ready.MustType() {
		return nil, false
	}
	switch key := msg.String(); {
	case key == "backspace" && r.typed != "":
		r.typed = r.typed[:len(r.typed)-1]
		return nil, true
	case len(key) == 1 && key[0] >= '0' && key[0] <= '9' && len(r.typed) < 9:
		r.typed += key
		return nil, true
	}
	return nil, false
}

func (m *reviewScreen) bindings() []binding {
	return append(append([]binding{
		bind("y", "agree, where no number is asked for", "y").in("Import").atFoot(10, "yes").unless(m.noYes).does(m.agree),
		bind("enter", "agree to the number typed; or list the entities of a line", "enter").in("Import").atFoot(20, "list").
			unless(m.nothingToEnter).does(m.enterReview),
		bind("s", "of one repository: one of each, all or none; what is marked by hand goes", "s").in("Import").atFoot(25, "shared").
			unless(m.nothingShared).does(m.shareNext),
		bind("j", "next line; also down", "j", "down").in("Move").just(func() { m.moveReview(1) }),
		bind("k", "line before; also up", "k", "up").in("Move").just(func() { m.moveReview(-1) }),
	}, m.planKeys()...), m.overlayKeys()...)
}

func (m *reviewScreen) moveReview(by int) {
	r := &m.review
	r.cursor = min(max(0, r.cursor+by), max(0, len(r.findings())-1))
}

func (m *reviewScreen) noYes() string {
	r := &m.review
	switch {
	case r.ready == nil:
		return notReady
	case r.sending:
		return "it is being written to the queue."
	}
	err := r.ready.Agree("yes")
	if errors.Is(err, session.ErrTypeNumber) {
		return fmt.Sprintf("type %d and enter to agree.", r.ready.Len())
	}
	return why(err)
}

func (m *reviewScreen) nothingToEnter() string {
	return reasonIf(m.review.typed == "" && len(m.review.findings()) == 0, "there is no line to list.")
}

// enterReview agrees if the number is typed. With no digits it lists a finding: enter alone sends nothing.
func (m *reviewScreen) enterReview() tea.Cmd {
	r := &m.review
	if r.typed == "" {
		m.readFinding(&r.findings()[r.cursor])
		return nil
	}
	if r.sending {
		return nil
	}
	if r.ready.Agree(r.typed) != nil {
		m.say(fmt.Sprintf("%s is not the number of entities; nothing was sent.", r.typed))
		r.typed = ""
		return nil
	}
	return m.agree()
}

func (m *reviewScreen) readFinding(f *importer.Finding) {
	lines := make([]string, 0, len(f.Entries))
	for i := range f.Entries {
		lines = append(lines, text.Join("  ", string(f.Entries[i].Ref), f.Entries[i].Note))
	}
	m.reader.read(f.String(), func(w int) []string { return wrapAll(lines, w) })
}

func (m *reviewScreen) agree() tea.Cmd {
	if m.askAdopt(m.agree) {
		return nil
	}
	m.review.sending = true
	if m.review.auto {
		m.work.SetAuto(true, m.autoSwitchedOn)
		return nil
	}
	m.work.Submit(m.review.ready.Plan, m.submitted)
	return nil
}

func (m *reviewScreen) autoSwitchedOn(err error) {
	m.review.sending = false
	if err == nil && m.onShow() == screen(m) {
		m.review.leave()
		m.back()
	}
}

// submitted shows the import once its plan is in the queue.
func (m *reviewScreen) submitted(err error) {
	m.review.sending = false
	if err != nil {
		return
	}
	m.browse.marksChanged()
	m.review.leave()
	m.leaveFor(m.app.job)
}
