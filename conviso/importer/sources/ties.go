package sources

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// Tie is an asset that an entity's annotation names.
type Tie struct {
	ID     string
	There  bool      // the platform has it
	Absent bool      // it does not; neither: it is not known yet
	Source string    // where it came from, if it is known not to be Backstage
	At     time.Time // when that was so
}

// Ties are the ties of a snapshot's rows.
type Ties map[int]Tie

// mayBeID reports whether text may be an asset's id; nothing else is asked for.
func mayBeID(text string) bool {
	return text != "" && len(text) <= 64 && strings.IndexFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '_' && r != '-'
	}) < 0
}

// Tie finds the assets that annotations name. The list proves no absence: it has Backstage's own alone.
func (s *Set) Tie(snap *catalog.Snapshot, list *conviso.AssetSet) Ties {
	var ties Ties
	if list == nil {
		return nil
	}
	for row, id := range snap.AssetIDs() {
		if ties == nil {
			ties = Ties{}
		}
		ties[row] = s.tie(id, list)
	}
	return ties
}

func (s *Set) tie(id string, list *conviso.AssetSet) Tie {
	if _, listed := list.ByID(id); listed {
		return Tie{ID: id, There: true, At: list.ReadAt}
	}
	if !mayBeID(id) {
		return Tie{ID: id, Absent: true}
	}
	found, answer, ok := s.Find(id)
	return Tie{ID: id, There: ok && answer.There, Absent: ok && !answer.There, Source: found.Source, At: answer.At}
}

// Over is an entity's state with the tie in place of what is known without it. What is on its way stays so.
func (t Tie) Over(state queue.State) queue.State {
	switch {
	case t.Absent, state.Pending():
		return state
	case t.There:
		return queue.Imported
	case state == queue.Imported:
		return state
	}
	return queue.Unknown
}

// Reason explains the state that Over makes of another.
func (t Tie) Reason() string {
	switch {
	case !t.There:
		return fmt.Sprintf("its annotation %s names asset %s, and whether Conviso has that is not known yet", catalog.AnnotationAsset, t.ID)
	case t.Source == "":
		return "by its annotation " + catalog.AnnotationAsset
	}
	return "by its annotation " + catalog.AnnotationAsset + "; the asset is from " + t.Source
}

// Due returns the ids whose asset is not known, or was looked for before the time.
func (t Ties) Due(before time.Time) []string {
	var ids []string
	for _, tie := range t {
		if !tie.At.After(before) && mayBeID(tie.ID) {
			ids = append(ids, tie.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
