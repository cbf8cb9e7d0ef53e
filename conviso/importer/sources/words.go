package sources

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// Beside is what the platform has beside an entity. As JSON it is a part of plan files.
type Beside struct {
	Elsewhere []Asset `json:"elsewhere,omitempty"` // those of other sources that have its name
	// NoAsset is the id that its annotation names and the platform does not have; safe to show, or empty.
	NoAsset string `json:"noAsset,omitempty"`
}

// Beside looks around an entity, whose tie may be the zero one.
func (s *Set) Beside(nameKey string, tie Tie, list *conviso.AssetSet) Beside {
	var b Beside
	if tie.Absent {
		b.NoAsset = tie.ID
	}
	b.Elsewhere = slices.DeleteFunc(s.Named(nameKey), func(a Asset) bool {
		ours := false
		if list != nil {
			_, ours = list.ByID(a.ID)
		}
		return ours || tie.There && tie.ID == a.ID
	})
	return b
}

// maxTold bounds how many assets of one name are told.
const maxTold = 3

// Words say which other assets have the name: "payments from GITHUB", with ids "payments from GITHUB (asset 7)".
func (b *Beside) Words(name string, ids bool) string {
	var words []string
	for _, a := range b.Elsewhere[:min(len(b.Elsewhere), maxTold)] {
		word := cmp.Or(safetext.Line(a.Source), "another source")
		if ids {
			word += fmt.Sprintf(" (asset %s)", safetext.Line(a.ID))
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if more := len(b.Elsewhere) - maxTold; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return safetext.Line(name) + " from " + strings.Join(words, " and ")
}

// Notes are sentences about it, for an entity of this name.
func (b *Beside) Notes(name string) []string {
	var notes []string
	if len(b.Elsewhere) > 0 {
		notes = append(notes, fmt.Sprintf("Conviso also has %s; %s would say that it is the same", b.Words(name, true), catalog.AnnotationAsset))
	}
	if b.NoAsset != "" {
		notes = append(notes, fmt.Sprintf("its annotation %s names asset %s, which Conviso does not have", catalog.AnnotationAsset, safetext.Line(b.NoAsset)))
	}
	return notes
}
