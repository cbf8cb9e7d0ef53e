package lines

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/internal/text"
)

// drop asks before it takes back what waits of some rows, or everything that waits.
func (s *console) drop(which string) {
	refs, ok := s.dropped(which)
	if !ok {
		return
	}
	t, why := s.work.TakeBack(refs)
	if why != "" {
		s.write(text.Sentence(why))
		return
	}
	takeBack := func() {
		s.busy++
		s.work.TakeBackNow(t, func() { s.busy-- })
	}
	const otherwise = "Nothing was taken back."
	if !t.MustType() {
		s.ask(t.Question()+" yes or no:", otherwise, takeBack)
		return
	}
	prompt := t.Question() + fmt.Sprintf(" Type %d, the number of entities, to take them back; no leaves them:", len(t.Refs))
	s.question = &question{prompt: func() string { return prompt }, answer: func(line string) {
		s.question = nil
		if t.Agree(line) != nil {
			s.write(otherwise)
			return
		}
		takeBack()
	}}
}

// dropped returns the entities of rows by their numbers, or all that wait.
func (s *console) dropped(which string) (refs []catalog.Ref, ok bool) {
	if which == "all" {
		return s.work.Waiting(), true
	}
	c := counted(command{verb: verbDrop}, which)
	if c.verb == verbUnclear {
		s.write("drop wants numbers of rows, such as drop 1 3-7, or drop all.")
		return nil, false
	}
	single, ranges, ok := s.rowsOf(c.spans)
	if !ok {
		return nil, false
	}
	for _, row := range slices.Concat(single, ranges) {
		refs = append(refs, s.look.ref(row))
	}
	return refs, true
}
