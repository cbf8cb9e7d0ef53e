package lines

import (
	"context"
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
)

// review is a plan that waits for the user's word. Nothing is sent without it.
type review struct {
	// auto says that the plan is what switching auto-import on would send now.
	auto   bool
	plan   *importer.Plan
	groups []importer.Group
	// notes say of an entity what is unusual, by the group that it stands in.
	notes map[catalog.Ref]string
	// saved is the file that the plan was saved to, if it was.
	saved string
}

// reviewMarked reviews an import of what is marked.
func (s *session) reviewMarked() {
	switch {
	case !s.sendable():
	case s.marks.Len() == 0:
		s.write("Nothing is marked. Numbers mark rows, a marks all that can be imported.")
	default:
		s.reviewRequest(s.marks.Request())
	}
}

// reviewFailed reviews another try of what failed.
func (s *session) reviewFailed() {
	if !s.sendable() {
		return
	}
	refs, left := ui.Retryable(s.items, s.engine.Kinds())
	if left != "" {
		s.write(left)
	}
	switch {
	case len(refs) > 0:
		s.reviewRequest(importer.Request{Named: refs})
	case left == "":
		s.write("Nothing has failed.")
	}
}

func (s *session) reviewRequest(request importer.Request) {
	s.startReview(false, func(ctx context.Context) (*importer.Plan, error) { return s.engine.Plan(ctx, request) })
}

// startReview has a plan made and shows it.
func (s *session) startReview(auto bool, plan func(context.Context) (*importer.Plan, error)) {
	s.write("Reading what would be sent. Nothing is sent yet.")
	s.doing = "Still reading what would be sent."
	s.busily(func(ctx context.Context) func() {
		p, err := plan(ctx)
		return func() {
			s.doing = ""
			if err != nil {
				s.fail(err, "")
				return
			}
			s.review(&review{auto: auto, plan: p})
		}
	})
}

// review shows a plan and asks.
func (s *session) review(r *review) {
	hidden := s.hidden()
	r.groups, r.notes = ui.ReviewGroups(r.plan, func(ref catalog.Ref) bool { return r.auto || !hidden(ref) }), ui.PlanNotes(r.plan)
	s.write("Review: " + s.headline(r))
	if r.plan.CreateIntegration {
		s.write("Conviso has no integration for this Backstage yet: it is created first.")
	}
	if r.auto {
		s.write("It stops when this program is left. Unattended: let cron start " + ui.Unattended + ".")
	}
	for i := range r.groups {
		s.write(fmt.Sprintf("Line %d: %d %s", i+1, len(r.groups[i].Refs), r.groups[i].Text))
	}
	if len(r.plan.Items) > 0 {
		if len(r.groups) == 0 {
			s.write("Nothing about them is unusual.")
		}
		s.write("The first one: " + sent(&r.plan.Items[0]))
	}
	if !r.auto && len(r.plan.Items) == 0 {
		for i := range r.groups {
			s.openGroup(r, i)
		}
		return
	}
	s.question = &question{prompt: func() string { return s.agreement(r) }, answer: func(line string) { s.reviewed(r, line) }}
}

// headline says how much goes where.
func (s *session) headline(r *review) string {
	n := len(r.plan.Items)
	company := strings.TrimSpace("Conviso company " + s.id.Company.ID + " " + s.id.Company.Label)
	goes := fmt.Sprintf("%s to %s, %s", text.Entities(n), company, ui.Place(s.id))
	every := text.Interval(s.auto.status.Interval)
	switch {
	case r.auto && n == 0:
		return fmt.Sprintf("nothing is new now. While this is open, what becomes new goes to %s every %s.", company, every)
	case r.auto:
		return fmt.Sprintf("%s now. After that, while this is open, what becomes new goes every %s.", goes, every)
	case n == 0:
		return "nothing of what was asked for can be sent."
	}
	return goes + "."
}

// agreement says what agreeing takes.
func (s *session) agreement(r *review) string {
	n := len(r.plan.Items)
	does := "imports " + text.Entities(n)
	if r.auto {
		does = "switches auto-import on"
	}
	more := ""
	if n > 0 {
		more = ", l lists all that goes"
	}
	if len(r.groups) > 0 {
		more += ", l 1 lists line 1"
	}
	more += ", ? tells more"
	if ui.MustType(s.id, n) {
		return fmt.Sprintf("Type %d, the number of entities: that %s into %s. no goes back%s:", n, does, ui.Place(s.id), more)
	}
	return fmt.Sprintf("yes %s, no goes back%s:", does, more)
}

// reviewed takes the answer to a review. Only the one that agrees sends anything.
func (s *session) reviewed(r *review, line string) {
	line = strings.TrimSpace(line)
	n := len(r.plan.Items)
	word, rest, _ := strings.Cut(line, " ")
	switch word = strings.ToLower(word); {
	case word == "l" || word == "list" || word == "line":
		s.listReviewed(r, strings.TrimSpace(rest))
	case word == "?" || word == "help":
		s.facts([]ui.Facts{reviewHelp()})
	case word == "save" && rest == "":
		s.savePlan(r)
	case word == "command" && rest == "":
		s.tellCommand(r)
	case word == "no" || word == "n" || word == "q" || word == "back":
		s.question = nil
		s.say("Nothing was sent.")
	case ui.MustType(s.id, n) && line == fmt.Sprint(n), !ui.MustType(s.id, n) && (word == "yes" || word == "y") && rest == "":
		s.question = nil
		s.agree(r)
	case ui.MustType(s.id, n):
		s.write("That is not the number of entities; nothing was sent.")
	default:
		s.write("Only yes sends anything; nothing was sent.")
	}
}

// listReviewed lists the entities of a line of the review, or all that go.
func (s *session) listReviewed(r *review, which string) {
	if which == "" {
		for i := range r.plan.Items {
			s.write(sent(&r.plan.Items[i]))
		}
		return
	}
	at, ok := number(which)
	if !ok || at > len(r.groups) {
		s.write(fmt.Sprintf("The review has the lines 1 to %d.", len(r.groups)))
		return
	}
	s.openGroup(r, at-1)
}

// openGroup lists the entities of a group.
func (s *session) openGroup(r *review, at int) {
	for _, ref := range r.groups[at].Refs {
		s.write(text.Join("  ", string(ref), r.notes[ref]))
	}
}

// sent is an entity as it will be sent, in one line.
func sent(item *importer.PlanItem) string {
	p := importer.SafeProject(item.Project)
	return fmt.Sprintf("%s as %s; type %s; lifecycle %s; owner %s; repository %s; url %s; tags %s",
		item.Ref, p.Name, orDash(p.AssetType), orDash(p.Lifecycle), orDash(p.Owner), orDash(p.RepoURL), orDash(p.URL),
		orDash(strings.Join(p.Tags, ", ")))
}

// agree does what was reviewed.
func (s *session) agree(r *review) {
	if r.auto {
		s.setAuto(true)
		return
	}
	s.busily(func(ctx context.Context) func() {
		err := s.engine.Submit(ctx, r.plan)
		return func() {
			if err != nil {
				s.fail(err, "nothing was sent")
				return
			}
			s.submitted(r.plan)
		}
	})
}
