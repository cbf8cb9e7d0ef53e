package session

import (
	"context"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// shrunkWords describe the lists of an update that are not believed, and what to do; empty for none.
func (s *Session) shrunkWords(u *importer.Update) string {
	var words []string
	agreed := true
	for i := range u.View.Shrunk {
		words = append(words, u.View.Shrunk[i].Words(s.now()))
		agreed = agreed && !u.View.Shrunk[i].Agreed.IsZero()
	}
	switch {
	case len(words) == 0:
		return ""
	case agreed:
		words = append(words, s.phrases.Accept)
	default:
		words = append(words, "r reads")
	}
	return text.Join("; ", words...)
}

// reportShrunk tells of lists that are not believed, until they are.
func (s *Session) reportShrunk(before *importer.Update) {
	switch words := s.shrunkWords(&s.Known); {
	case words == s.shrunkWords(before):
	case words == "":
		s.dismiss(AboutShrunk)
	default:
		s.trouble(AboutShrunk, words, "")
	}
}

// NotShrunk returns why there is no list to accept, or empty.
func (s *Session) NotShrunk() string {
	if len(s.Known.View.Shrunk) == 0 {
		return "no list shrank; there is nothing to accept."
	}
	return ""
}

// AcceptShrunk takes the lists that shrank for right, as the user says, and reads them.
func (s *Session) AcceptShrunk() {
	s.front.Run(func(ctx context.Context) func() {
		err := s.engine.AcceptShrunk(ctx)
		return func() {
			if err != nil {
				s.trouble(AboutShrunk, err.Error(), "r reads")
				return
			}
			s.Log.add(s.now(), false, "a list that shrank was accepted")
			s.notify(AboutShrunk, "Accepted; the lists are read again.")
			s.Refresh(true)
		}
	})
}

// GoneNote warns of marked entities whose assets were deleted; empty for none.
func GoneNote(v *importer.View, marked func(catalog.Ref) bool, refs ...catalog.Ref) string {
	for _, ref := range refs {
		if status := v.Status(ref); status.State == importer.Gone && marked(ref) {
			return text.Sentence(string(ref) + " is gone: " + status.Reason + ".")
		}
	}
	return ""
}
