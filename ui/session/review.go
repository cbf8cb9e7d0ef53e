package session

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// What a review refuses. Front ends add which of their keys helps.
var (
	// ErrNothingToSend: the plan has no entity that could be sent.
	ErrNothingToSend = errors.New("there is nothing to send")
	// ErrTypeNumber: agreeing takes the number of entities, and something else was typed.
	ErrTypeNumber = errors.New("that is not the number of entities; nothing was sent")
	// ErrSayYes: agreeing takes a yes.
	ErrSayYes = errors.New("only yes sends anything; nothing was sent")
	// ErrNoFiles: the front end was given no function that saves plans.
	ErrNoFiles = errors.New("there is no place for files here")
	// ErrNoCommand: the front end was given no function that words commands.
	ErrNoCommand = errors.New("no command does this here")
	// ErrDemoCommand: the demo's systems end with the process.
	ErrDemoCommand = errors.New("the demo's systems end with it, so that no command could do this")
	// ErrTooMany: a command cannot name so many entities; one that names a saved plan can.
	ErrTooMany = errors.New("too many for one line")
)

const (
	// typeAbove is how many entities a yes may send; for more, and in production for any, the
	// number is typed.
	typeAbove = 100
	// namedAtMost is how many entities a command names one by one.
	namedAtMost = 20
)

// Production reports whether an import changes assets that somebody relies on.
func Production(id importer.Identity) bool { return id.Environment == "production" && !id.Demo }

// Place is the environment's word, in capitals. A demo has no environment of anybody's.
func Place(id importer.Identity) string {
	if id.Demo {
		return "DEMO"
	}
	return strings.ToUpper(id.Environment)
}

// Review is a plan that its user has to agree to before anything is sent.
type Review struct {
	Plan *importer.Plan
	// Findings are what is unusual about the plan: what the list does not show, then the engine's.
	Findings []importer.Finding
	// Auto reports that the plan is what switching auto-import on would send now.
	Auto bool
	// Saved is the path of the file that the plan was saved to, or empty.
	Saved string

	id importer.Identity
	// kinds are those of the list that the plan was made by.
	kinds []string
}

// NewReview returns the review of a plan that was made by a list of these kinds. Listed reports
// whether an entity is on the list as it is filtered; auto-import does not go by the list.
func NewReview(id importer.Identity, kinds []string, plan *importer.Plan, auto bool, listed func(catalog.Ref) bool) *Review {
	r := &Review{Plan: plan, Findings: plan.Findings(), Auto: auto, id: id, kinds: kinds}
	if auto {
		return r
	}
	hidden := importer.Finding{Kind: importer.FindingHidden}
	for i := range plan.Items {
		if item := &plan.Items[i]; !listed(item.Ref) {
			hidden.Entries = append(hidden.Entries, importer.FindingEntry{Ref: item.Ref, Note: item.Note()})
		}
	}
	if len(hidden.Entries) > 0 {
		r.Findings = slices.Insert(r.Findings, 0, hidden)
	}
	return r
}

// Len is how many entities the plan sends.
func (r *Review) Len() int { return len(r.Plan.Items) }

// Agreeable reports whether there is something to agree to.
func (r *Review) Agreeable() bool { return r.Auto || r.Len() > 0 }

// MustType reports whether agreeing takes the number of entities rather than a yes.
func (r *Review) MustType() bool {
	n := r.Len()
	return n > 0 && (n > typeAbove || Production(r.id))
}

// Agree returns nil where the answer agrees to the review, else what it lacks: ErrNothingToSend,
// ErrTypeNumber or ErrSayYes.
func (r *Review) Agree(answer string) error {
	answer = strings.ToLower(strings.TrimSpace(answer))
	switch {
	case !r.Agreeable():
		return ErrNothingToSend
	case r.MustType():
		if answer != strconv.Itoa(r.Len()) {
			return ErrTypeNumber
		}
	case answer != "yes" && answer != "y":
		return ErrSayYes
	}
	return nil
}

// Savable is why the plan cannot be saved as a file, or nil. Files reports whether the front end has
// a place for them.
func (r *Review) Savable(files bool) error {
	switch {
	case !files:
		return ErrNoFiles
	case r.Len() == 0:
		return ErrNothingToSend
	}
	return nil
}

// Command returns the command that does what is reviewed without anybody watching, or why there is
// none: ErrDemoCommand, ErrNoCommand, ErrNothingToSend or ErrTooMany. The function words a command
// line from the kinds that it looks at and its arguments; it is nil where there is none.
func (r *Review) Command(line func(kinds []string, args ...string) string) (string, error) {
	switch n := r.Len(); {
	case line == nil && r.id.Demo:
		return "", ErrDemoCommand
	case line == nil:
		return "", ErrNoCommand
	case r.Saved != "":
		return line(nil, "import", "--plan", r.Saved), nil
	case r.Auto:
		return line(nil, "import", "--all-new"), nil
	case n == 0:
		return "", ErrNothingToSend
	case n > namedAtMost:
		return "", fmt.Errorf("%d entities are %w", n, ErrTooMany)
	}
	args := []string{"import"}
	for i := range r.Plan.Items {
		args = append(args, string(r.Plan.Items[i].Ref))
	}
	return line(r.kinds, args...), nil
}
