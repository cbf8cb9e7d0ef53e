package status

import (
	"fmt"
	"iter"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso/importer/queue"
)

// Sharing is what bulk imports do with entities that share a repository: the platform scans one asset per
// repository, and scans stop where two assets have its address. Entities sent by hand are always sent.
type Sharing string

// The values; the zero value means ShareFirst.
const (
	ShareFirst Sharing = "first" // the first by ref, and none where one is imported or on its way
	ShareSend  Sharing = "send"  // all
	ShareSkip  Sharing = "skip"  // none
)

// Words returns what happens, to follow the number of repositories; for the zero value, that people decided.
func (s Sharing) Words() string {
	switch s {
	case ShareSend:
		return "all of them go"
	case ShareSkip:
		return "none of them goes"
	case ShareFirst:
		return "one of each goes unless one is imported"
	}
	return "they go as they were marked or named, one by one"
}

// Next returns the value after s, in a circle.
func (s Sharing) Next() Sharing {
	all := []Sharing{ShareFirst, ShareSend, ShareSkip}
	return all[(max(0, slices.Index(all, s))+1)%len(all)]
}

// holder is an entity that is imported or on its way, and so has a repository.
type holder struct {
	row int // -1 without one
	ref catalog.Ref
}

// holders yields the repositories of what is imported or on its way, with who has it: by the address that was
// sent, else by the entity's.
func (s *Statuses) holders() iter.Seq2[uint64, holder] {
	r := s.resolver
	return func(yield func(uint64, holder) bool) {
		sent := catalog.NewRowSet(s.Len())
		for ref, item := range r.items {
			if !item.State.Pending() && (item.State != queue.Imported || goneSince(r.assets, item.AssetID, item.CheckedAt)) {
				continue
			}
			row, listed := r.snap.Row(ref)
			own := uint64(0)
			if listed {
				sent.Add(row)
				own = r.snap.Repository(row)
			} else {
				row = -1
			}
			if key := sentTo(item.Project.RepoURL, own); key != 0 && !yield(key, holder{row, ref}) {
				return
			}
		}
		for at, row := range r.past.rowOf {
			key := r.past.Repository(at)
			if row == pastReplaced || r.past.gone(r.assets, at) {
				continue
			}
			if row >= 0 {
				sent.Add(int(row))
			}
			if key != 0 && !yield(key, holder{max(-1, int(row)), r.past.Ref(at)}) {
				return
			}
		}
		rest := s.In(queue.Imported)
		rest.AndNot(sent)
		for row := range rest.Rows() {
			if key := r.snap.Repository(row); key != 0 && !yield(key, holder{row: row}) {
				return
			}
		}
	}
}

// sentTo returns the key of an address that was sent. Most are the row's own, which is quick to see.
func sentTo(address string, own uint64) uint64 {
	if key := (repository.Address{URL: address}).Key(); key == own {
		return key
	}
	return repository.Key(address)
}

// Settled yields the repositories of what is imported or on its way, by key, with the entity that has each; one may
// come more than once.
func (s *Statuses) Settled() iter.Seq2[uint64, catalog.Ref] {
	return func(yield func(uint64, catalog.Ref) bool) {
		for key, by := range s.holders() {
			ref := by.ref
			if ref == "" {
				ref = s.resolver.snap.Ref(by.row)
			}
			if !yield(key, ref) {
				return
			}
		}
	}
}

// cover finds the rows whose repository another entity has that is imported or on its way.
func (s *Statuses) cover() {
	snap := s.resolver.snap
	groups := snap.Repositories()
	inGroup, elsewhere := make([]bool, groups.Len()), map[uint64]bool{}
	for key, by := range s.holders() {
		switch own := by.row >= 0 && snap.Repository(by.row) == key; {
		case own && groups.Rows.Has(by.row):
			inGroup[groups.Number(by.row)] = true
		case own && !snap.Held().Has(by.row):
			// No other row has it.
		default:
			elsewhere[key] = true
		}
	}
	s.covered = catalog.NewRowSet(s.Len())
	for row := range groups.Rows.Rows() {
		if inGroup[groups.Number(row)] {
			s.covered.Add(row)
		}
	}
	if len(elsewhere) == 0 {
		return
	}
	for row := range s.Len() {
		if elsewhere[snap.Repository(row)] {
			s.covered.Add(row)
		}
	}
}

// BulkNote is why bulk imports leave a row out, or what they do with its repository; empty for neither.
func (s *Statuses) BulkNote(row int) string {
	if s == nil || s.resolver == nil {
		return ""
	}
	snap := s.resolver.snap
	if why := HeldBy(snap.Annotated(row)); why != "" {
		return why + ", so no bulk import takes it"
	}
	if state := s.State(row); state != queue.New && state != queue.Failed {
		return ""
	}
	if s.covered.Has(row) {
		return "another entity of its repository is imported or on its way" + s.sharing.orAll()
	}
	if n := snap.Repositories().Sharing(row); n > 1 {
		return fmt.Sprintf("%d entities share its repository; in bulk %s", n, s.sharing.Words())
	}
	return ""
}

func (s Sharing) orAll() string {
	if s == ShareSend {
		return ""
	}
	return ", so no bulk import takes it"
}

// HeldBy is why annotations keep an entity out of bulk imports, or empty.
func HeldBy(a catalog.Annotated) string {
	switch {
	case a.Unclear != "":
		return fmt.Sprintf("%s: %q is not understood, so it counts as no", catalog.AnnotationImport, a.Unclear)
	case a.OptOut:
		return catalog.AnnotationImport + " says no"
	case a.Orphan:
		return catalog.AnnotationOrphan + ": its location does not name it any more"
	}
	return ""
}

// BulkWord is why annotations keep an entity out of bulk imports, in a word or two for a row; empty for most.
func BulkWord(a catalog.Annotated) string {
	switch {
	case a.OptOut:
		return "opted out"
	case a.Orphan:
		return "orphan"
	}
	return ""
}
