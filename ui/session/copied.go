package session

import (
	"context"
	"errors"

	"conviso-importer/conviso/importer/home"
)

// lookAtHome finds out whether the queue was copied from another machine.
func (s *Session) lookAtHome() {
	s.front.Run(func(ctx context.Context) func() {
		err := s.engine.Copied(ctx)
		return func() { s.isCopied(err) }
	})
}

// isCopied reports whether an error means a copied queue, and tells of it.
func (s *Session) isCopied(err error) bool {
	var copied *home.CopiedError
	if !errors.As(err, &copied) {
		return false
	}
	s.copied = copied
	s.dismiss(AboutUnfinished)
	s.trouble(AboutCopied, copied.Words(), s.phrases.Adopt)
	return true
}

// NotCopied returns why there is no queue to adopt, or empty.
func (s *Session) NotCopied() string {
	if s.copied == nil {
		return "this queue was not copied; there is nothing to adopt."
	}
	return ""
}

// AdoptQuestion asks for confirmation before a copied queue is sent.
func (s *Session) AdoptQuestion() string { return s.copied.Question() }

// Adopt takes a copied queue over, as the user says, and calls done.
func (s *Session) Adopt(done func(err error)) {
	s.front.Run(func(ctx context.Context) func() {
		err := s.engine.Adopt(ctx)
		return func() {
			if err != nil {
				s.trouble(AboutCopied, err.Error(), "nothing was sent")
				done(err)
				return
			}
			s.copied = nil
			s.dismiss(AboutCopied)
			s.offer(AboutUnfinished, s.offerWords(), false)
			s.announce(false, "the queue was taken over; what waits in it is looked for before it is sent")
			done(nil)
		}
	})
}
