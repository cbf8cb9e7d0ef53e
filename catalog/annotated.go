package catalog

import (
	"iter"
	"strings"

	"conviso-importer/catalog/repository"
	"conviso-importer/internal/safetext"
)

// Annotations that decide whether bulk imports take an entity, and which asset it is.
const (
	AnnotationImport = "conviso.com/import"
	AnnotationAsset  = "conviso.com/asset-id"
	AnnotationOrphan = "backstage.io/orphan" // what its location has dropped
)

// Annotated is what an entity's annotations decide, apart from the values that are sent.
type Annotated struct {
	OptOut bool // its owner wants it in no bulk import
	// Unclear is the annotation's value that was not understood and so counts as no; safe and short, or empty.
	Unclear    string
	Orphan     bool
	Repository uint64 // compares repositories; 0 for none
	AssetID    string // the asset that it is; safe and short, or empty
}

// ListAnnotations returns the annotations that ReadAnnotations asks for.
func ListAnnotations() []string {
	return append([]string{AnnotationImport, AnnotationAsset, AnnotationOrphan}, repository.Annotations()...)
}

// maxAnnotated is the length, in bytes, up to which values are kept.
const maxAnnotated = 60

// ReadAnnotations reads an entity's raw annotations.
func ReadAnnotations(annotations map[string]string) Annotated {
	if len(annotations) == 0 {
		return Annotated{}
	}
	a := Annotated{Repository: repository.Of(func(name string) string { return annotations[name] }).Key()}
	if id, ok := annotations[AnnotationAsset]; ok {
		a.AssetID = shortLine(id)
	}
	a.Orphan = strings.EqualFold(strings.TrimSpace(annotations[AnnotationOrphan]), "true")
	wish := strings.TrimSpace(annotations[AnnotationImport])
	switch strings.ToLower(wish) {
	case "", "true", "yes", "on", "1":
	case "false", "no", "off", "0":
		a.OptOut = true
	default:
		a.OptOut, a.Unclear = true, shortLine(wish)
		if a.Unclear == "" {
			a.Unclear = "?"
		}
	}
	return a
}

// shortLine cuts a value, which may have megabytes, and what may be a secret of it.
func shortLine(value string) string {
	const cut, enough = "...", 10 * maxAnnotated
	value = strings.TrimSpace(safetext.WithoutSecrets(value[:min(len(value), enough)]))
	if len(value) <= maxAnnotated {
		return safetext.Line(value)
	}
	return safetext.Line(strings.ToValidUTF8(value[:maxAnnotated], "")) + cut
}

// rare returns the texts that few entities have.
func (a *Annotated) rare() rareTexts { return rareTexts{unclear: a.Unclear, assetID: a.AssetID} }

// rareTexts are texts of a row that few rows have.
type rareTexts struct{ unclear, assetID string }

type rareRow struct {
	row int
	rareTexts
}

// Held returns the rows that bulk imports leave out whatever their status: opted out, or orphans. Do not modify it.
func (s *Snapshot) Held() RowSet {
	return s.held.get(func() RowSet {
		set := NewRowSet(s.Len())
		for row := range s.Len() {
			if s.rows.flag(row)&(flagOptOut|flagOrphan) != 0 {
				set.Add(row)
			}
		}
		return set
	})
}

// Annotated returns At(row).Annotated, faster.
func (s *Snapshot) Annotated(row int) Annotated { return s.rows.annotated(row) }

// AssetIDs yields the rows whose annotation names an asset, with its id.
func (s *Snapshot) AssetIDs() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := range s.rows.rare {
			if r := &s.rows.rare[i]; r.row < s.Len() && r.assetID != "" && !yield(r.row, r.assetID) {
				return
			}
		}
	}
}

// AssetID returns the asset that a row's annotation names, or empty.
func (s *Snapshot) AssetID(row int) string { return s.rows.rareAt(row).assetID }

// Repository returns the key of a row's repository, 0 for none.
func (s *Snapshot) Repository(row int) uint64 { return s.rows.repository(row) }

// Repositories groups the rows that share a repository, without those that Held has.
func (s *Snapshot) Repositories() *Groups {
	return s.repositories.get(func() *Groups {
		held := s.Held()
		return groupRows(s.Len(), func(row int) (uint64, bool) {
			key := s.rows.repository(row)
			return key, key != 0 && !held.Has(row)
		}, func(a, b int) bool { return s.rows.repository(a) == s.rows.repository(b) })
	})
}
