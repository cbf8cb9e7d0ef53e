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

// Refusals of a review. Front ends add which of their keys helps.
var (
	ErrNothingToSend = errors.New("there is nothing to send")
	ErrTypeNumber    = errors.New("that is not the number of entities; nothing was sent")
	ErrSayYes        = errors.New("only yes sends anything; nothing was sent")
	ErrNoFiles       = errors.New("there is no place for files here")
	ErrNoCommand     = errors.New("no command does this here")
	ErrDemoCommand   = errors.New("the demo's systems end with it, so that no command could do this")
	ErrTooMany       = errors.New("too many for one line") // a command can still name a saved plan
)

const (
	// typeAbove is the number above which yes is not enough; in production it never is.
	typeAbove   = 100
	namedAtMost = 20 // limit for entities named by a command
)

// Production reports whether an import changes assets that somebody relies on.
func Production(id importer.Identity) bool { return id.Environment == "production" && !id.Demo }

// Place returns the environment in capitals, or DEMO.
func Place(id importer.Identity) string {
	if id.Demo {
		return "DEMO"
	}
	return strings.ToUpper(id.Environment)
}

// Review is a plan that the user has to agree to before anything is sent.
type Review struct {
	Plan *importer.Plan
	// Findings are what is unusual about the plan; entities hidden from the list come first.
	Findings []importer.Finding
	Auto     bool   // the plan is what switching auto-import on would send
	Saved    string // path of the saved plan, or empty

	id    importer.Identity
	kinds []string // of the list
}

// NewReview returns a plan's review. Findings include what is not listed, except for auto-import.
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

// NextSharing returns the next choice for entities that were marked in bulk and share repositories, and in words
// what it does; empty if there is nothing to choose. What was marked by hand goes in any case.
func (r *Review) NextSharing() (choice importer.Sharing, does string) {
	if r.Auto || !r.Plan.Shares() {
		return "", ""
	}
	choice = r.Plan.Sharing.Next()
	return choice, choice.Words()
}

// Len returns how many entities the plan sends.
func (r *Review) Len() int { return len(r.Plan.Items) }

// Agreeable reports whether there is something to agree to.
func (r *Review) Agreeable() bool { return r.Auto || r.Len() > 0 }

// MustType reports whether agreeing takes the number of entities rather than a yes.
func (r *Review) MustType() bool {
	return mustType(r.id, r.Len())
}

func mustType(id importer.Identity, n int) bool { return n > 0 && (n > typeAbove || Production(id)) }

// Agree returns nil for an answer that agrees, or ErrNothingToSend, ErrTypeNumber or ErrSayYes.
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

// Savable returns why the plan cannot be saved, or nil; files reports whether the front end can.
func (r *Review) Savable(files bool) error {
	switch {
	case !files:
		return ErrNoFiles
	case r.Len() == 0:
		return ErrNothingToSend
	}
	return nil
}

// Command returns the command that sends the plan unattended, or ErrDemoCommand, ErrNoCommand,
// ErrNothingToSend or ErrTooMany. line builds a command line and may be nil.
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
