package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// ErrOtherNumber refuses an answer about what is taken back.
var ErrOtherNumber = errors.New("that is not the number of entities; nothing was taken back")

// TakeBack is what a person is asked about before it is taken back: what waits of some entities.
type TakeBack struct {
	Refs     []catalog.Ref
	OnTheWay int // of the same entities, too late for it
	id       importer.Identity
}

// Waiting returns the entities that wait to be sent, by ref.
func (s *Session) Waiting() []catalog.Ref {
	var refs []catalog.Ref
	for ref, item := range s.Items() {
		if item.Waits() {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs
}

// NothingWaits returns why nothing can be taken back, or empty.
func (s *Session) NothingWaits() string {
	switch {
	case s.ID.ReadOnly:
		return Unable(s.ID)
	case s.Left().Waiting == 0:
		return "nothing waits to be sent."
	}
	return ""
}

// TakeBack returns what can be taken back of some entities, or why nothing can.
func (s *Session) TakeBack(refs []catalog.Ref) (t TakeBack, why string) {
	if why := s.NothingWaits(); why != "" {
		return t, why
	}
	t.id = s.ID
	for _, ref := range refs {
		switch item := s.Items()[ref]; {
		case item.Waits():
			t.Refs = append(t.Refs, ref)
		case item.State.Pending():
			t.OnTheWay++
		}
	}
	switch {
	case len(t.Refs) > 0:
	case t.OnTheWay > 0:
		why = t.onTheWay() + ", too late to be taken back."
	default:
		why = "nothing of it waits to be sent."
	}
	return t, why
}

func (t *TakeBack) onTheWay() string {
	return fmt.Sprintf("%s %s sent already", text.Entities(t.OnTheWay), text.Plural(t.OnTheWay, "was", "were"))
}

// MustType reports whether agreeing takes the number of entities rather than a yes, as in a review.
func (t *TakeBack) MustType() bool { return mustType(t.id, len(t.Refs)) }

// Question asks for agreement, without the answers.
func (t *TakeBack) Question() string {
	words := fmt.Sprintf("Take %s back?", text.Entities(len(t.Refs)))
	if t.OnTheWay > 0 {
		return words + fmt.Sprintf(" %d more %s sent already and %s.", t.OnTheWay, text.Plural(t.OnTheWay, "was", "were"), text.Plural(t.OnTheWay, "stays", "stay"))
	}
	return words + text.Plural(len(t.Refs), " It leaves", " They leave") + " the queue unsent."
}

// Agree returns nil for the number of entities, or ErrOtherNumber.
func (t *TakeBack) Agree(answer string) error {
	if strings.TrimSpace(answer) != strconv.Itoa(len(t.Refs)) {
		return ErrOtherNumber
	}
	return nil
}

// TakeBackNow takes back what was agreed to and tells what came of it. done may be nil.
func (s *Session) TakeBackNow(t TakeBack, done func()) {
	s.front.Run(func(ctx context.Context) func() {
		back, err := s.engine.TakeBack(ctx, t.Refs)
		var seq int64
		for i := range back.Taken {
			seq = max(seq, back.Taken[i].Seq)
		}
		// What is told then is on the list too.
		return func() { s.afterSeq(seq, func() { s.takenBack(&back, err, done) }) }
	})
}

func (s *Session) takenBack(back *importer.TakenBack, err error, done func()) {
	if words := TakenBackWords(back); err == nil || len(back.Taken) > 0 {
		s.Log.add(s.now(), false, words)
		s.notify(AboutKey, text.Sentence(words)+".")
	}
	if err != nil {
		s.trouble(AboutQueue, err.Error(), "")
	}
	if done != nil {
		done()
	}
}

// TakenBackWords say what came of it, without a full stop.
func TakenBackWords(back *importer.TakenBack) string {
	words := "nothing was taken back"
	if n := len(back.Taken); n > 0 {
		words = text.Entities(n) + " taken back"
	}
	return text.Join(", ", words, countOf(len(back.OnTheWay), "sent already"), countOf(len(back.Others), "settled already"))
}
