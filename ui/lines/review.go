package lines

import (
	"context"
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

func (s *console) reviewMarked() {
	switch {
	case !s.sendable():
	case s.work.Marks.Len() == 0:
		s.write("Nothing is marked. Numbers mark rows, a marks all that can be imported.")
	default:
		s.reviewRequest(s.work.Marks.Request())
	}
}

func (s *console) reviewFailed() {
	if !s.sendable() {
		return
	}
	refs, left := session.Retryable(s.work.Items(), s.work.Kinds())
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

func (s *console) reviewRequest(request importer.Request) {
	s.asked = request
	s.startReview(false, func(ctx context.Context) (*importer.Plan, error) { return s.engine.Plan(ctx, request) })
}

// share reviews the same with another choice for shared repositories.
func (s *console) share(r *session.Review) {
	choice, _ := r.NextSharing()
	if choice == "" {
		s.write("Nothing that was marked in bulk shares a repository.")
		return
	}
	s.question = nil
	s.asked.Sharing = choice
	s.reviewRequest(s.asked)
}

func (s *console) startReview(auto bool, plan func(context.Context) (*importer.Plan, error)) {
	s.write("Reading what would be sent. Nothing is sent yet.")
	s.doing = "Still reading what would be sent."
	s.runBusy(func(ctx context.Context) func() {
		p, err := plan(ctx)
		return func() {
			s.doing = ""
			if err != nil {
				s.fail(err, "")
				return
			}
			s.work.Planned(p)
			snap, rows := s.look.snap, s.look.listed()
			listed := func(ref catalog.Ref) bool { return !session.IsHidden(ref, snap, rows) }
			s.review(session.NewReview(s.work.ID, s.work.Kinds(), p, auto, listed))
		}
	})
}

func (s *console) review(r *session.Review) {
	s.write("Review: " + s.headline(r))
	if r.Plan.CreateIntegration {
		s.write("Conviso has no integration for this Backstage yet: it is created first.")
	}
	if r.Auto {
		s.write("It stops when this program is left. Unattended: let cron start " + session.Unattended + ".")
	}
	for i := range r.Findings {
		s.write(fmt.Sprintf("Line %d: %s", i+1, &r.Findings[i]))
	}
	if r.Len() > 0 {
		if len(r.Findings) == 0 {
			s.write("Nothing about them is unusual.")
		}
		s.write("The first one: " + planLine(&r.Plan.Items[0]))
	}
	next, does := r.NextSharing()
	if !r.Auto && r.Len() == 0 && next == "" {
		for i := range r.Findings {
			s.listFinding(&r.Findings[i])
		}
		return
	}
	if next != "" {
		s.write("share changes what happens to those of one repository: then " + does + ". What was marked by hand goes.")
	}
	s.question = &question{prompt: func() string { return s.agreement(r) }, answer: func(line string) { s.reviewed(r, line) }}
}

func (s *console) headline(r *session.Review) string {
	n := r.Len()
	company := strings.TrimSpace("Conviso company " + s.work.ID.Company.ID + " " + s.work.ID.Company.Label)
	goes := fmt.Sprintf("%s to %s, %s", text.Entities(n), company, session.Place(s.work.ID))
	every := text.Interval(s.work.Auto.Status.Interval)
	switch {
	case r.Auto && n == 0:
		return fmt.Sprintf("nothing is new now. While this is open, what becomes new goes to %s every %s.", company, every)
	case r.Auto:
		return fmt.Sprintf("%s now. After that, while this is open, what becomes new goes every %s.", goes, every)
	case n == 0:
		return "nothing of what was asked for can be sent."
	}
	return goes + "."
}

func (s *console) agreement(r *session.Review) string {
	n := r.Len()
	does := "imports " + text.Entities(n)
	if !r.Agreeable() {
		return "Nothing of it goes. share chooses otherwise, no goes back:"
	}
	if r.Auto {
		does = "switches auto-import on"
	}
	more := ""
	if n > 0 {
		more = ", l lists all that goes"
	}
	if len(r.Findings) > 0 {
		more += ", l 1 lists line 1"
	}
	more += ", ? tells more"
	if r.MustType() {
		return fmt.Sprintf("Type %d, the number of entities: that %s into %s. no goes back%s:", n, does, session.Place(s.work.ID), more)
	}
	return fmt.Sprintf("yes %s, no goes back%s:", does, more)
}

// reviewed handles an answer; only one that agrees sends anything.
func (s *console) reviewed(r *session.Review, line string) {
	line = strings.TrimSpace(line)
	word, rest, _ := strings.Cut(line, " ")
	switch word = strings.ToLower(word); {
	case word == "l" || word == "list" || word == "line":
		s.listReviewed(r, strings.TrimSpace(rest))
	case word == "?" || word == "help":
		s.facts([]session.Facts{reviewHelp()})
	case word == "save" && rest == "":
		s.savePlan(r)
	case word == "command" && rest == "":
		s.writeCommand(r)
	case word == "share" && rest == "":
		s.share(r)
	case word == "no" || word == "n" || word == "q" || word == "back":
		s.question = nil
		s.say("Nothing was sent.")
	default:
		if err := r.Agree(line); err != nil {
			s.write(text.Sentence(err.Error()) + ".")
			return
		}
		s.question = nil
		s.agree(r)
	}
}

func (s *console) listReviewed(r *session.Review, which string) {
	if which == "" {
		for i := range r.Plan.Items {
			s.write(planLine(&r.Plan.Items[i]))
		}
		return
	}
	at, ok := number(which)
	if !ok || at > len(r.Findings) {
		s.write(fmt.Sprintf("The review has the lines 1 to %d.", len(r.Findings)))
		return
	}
	s.listFinding(&r.Findings[at-1])
}

func (s *console) listFinding(f *importer.Finding) {
	for i := range f.Entries {
		s.write(text.Join("  ", string(f.Entries[i].Ref), f.Entries[i].Note))
	}
}

func planLine(item *importer.PlanItem) string {
	p := mapping.SafeProject(item.Project)
	return fmt.Sprintf("%s as %s; type %s; lifecycle %s; owner %s; repository %s; url %s; tags %s",
		item.Ref, p.Name, orDash(p.AssetType), orDash(p.Lifecycle), orDash(p.Owner), item.RepoText(), orDash(p.URL),
		orDash(strings.Join(p.Tags, ", ")))
}

func (s *console) agree(r *session.Review) {
	if s.askAdopt(func() { s.agree(r) }) {
		return
	}
	if r.Auto {
		s.setAuto(true)
		return
	}
	s.busy++
	s.work.Submit(r.Plan, func(err error) {
		s.busy--
		if err == nil {
			s.say(fmt.Sprintf("Importing %s. They are in the queue on disk: losing the link loses nothing.", text.Entities(r.Len())))
		}
	})
}
