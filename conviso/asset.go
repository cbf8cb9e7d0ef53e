package conviso

import (
	"iter"
	"maps"
	"slices"
	"time"

	"conviso-importer/internal/rowindex"
)

// Asset is one asset on the platform. Its strings have passed safetext.
type Asset struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Company is a company that the key may see. Label has passed safetext.
type Company struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Integration is the platform's record of one Backstage instance.
type Integration struct {
	ID                string `json:"id"`
	BackstageURL      string `json:"backstageUrl"`
	InstanceID        string `json:"instanceId"`
	AutoImportEnabled bool   `json:"autoImportEnabled"`
	UpdatedAt         string `json:"updatedAt"` // an ISO 8601 time as the platform wrote it
}

// AssetSet is one immutable read of the platform's Backstage assets, safe to share between goroutines.
type AssetSet struct {
	ReadAt   time.Time // when the read began: an asset created later may be missing
	Complete bool      // whether the list was read whole; only then does a missing name mean anything, see Lacks
	Moved    bool      // it is not Complete, since the list changed each time that it was read; it has what any read had

	assets     []Asset
	ids, names rowindex.Index     // ids is keyed by id, names by NameKey
	former     map[string][]Asset // by NameKey, under names that their ids had earlier in the read; nil for none
	asked      map[string]bool    // NameKeys that the platform was asked for besides; true: it has none
}

// NewAssetSet indexes assets by id and name. Repeated ids count once, under the first name; they are found by the
// others too.
func NewAssetSet(assets []Asset, readAt time.Time, complete bool) *AssetSet {
	s := &AssetSet{ReadAt: readAt, Complete: complete, assets: make([]Asset, 0, len(assets)),
		ids: rowindex.New(len(assets)), names: rowindex.New(len(assets))}
	for _, a := range assets {
		key := NameKey(a.Name)
		if known, twice := s.ByID(a.ID); twice {
			if NameKey(known.Name) != key {
				if s.former == nil {
					s.former = map[string][]Asset{}
				}
				s.former[key] = append(s.former[key], a)
			}
			continue
		}
		s.ids.Add(s.ids.Hash(a.ID), len(s.assets))
		s.names.Add(s.names.Hash(key), len(s.assets))
		s.assets = append(s.assets, a)
	}
	return s
}

// Asked returns the set with the platform's answers about single names: what it found, and for the NameKey of each
// name that was asked whether there certainly is no such asset.
func (s *AssetSet) Asked(found []Asset, lacks map[string]bool) *AssetSet {
	all := slices.Concat(found, s.assets)
	for _, former := range s.former {
		all = append(all, former...)
	}
	next := NewAssetSet(all, s.ReadAt, s.Complete)
	next.Moved, next.asked = s.Moved, maps.Clone(s.asked)
	if next.asked == nil {
		next.asked = map[string]bool{}
	}
	maps.Copy(next.asked, lacks)
	return next
}

// WasAsked returns the number of names that the platform was asked for besides the list.
func (s *AssetSet) WasAsked() int { return len(s.asked) }

// Lacks reports whether there certainly was no asset of a NameKey, which Named does not find.
func (s *AssetSet) Lacks(key string) bool { return s.Complete || s.asked[key] }

// All returns a copy of the assets in the platform's order.
func (s *AssetSet) All() []Asset { return slices.Clone(s.assets) }

// IDs yields the ids of the assets.
func (s *AssetSet) IDs() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range s.assets {
			if !yield(s.assets[i].ID) {
				return
			}
		}
	}
}

// Len returns the number of distinct assets.
func (s *AssetSet) Len() int { return len(s.assets) }

// Named returns the assets whose name has the NameKey key; the caller must not change the slice.
func (s *AssetSet) Named(key string) []Asset {
	var named []Asset
	for i := range s.names.Likely(s.names.Hash(key)) {
		switch {
		case NameKey(s.assets[i].Name) != key:
		case named == nil:
			// Nearly every name has one asset: no need to allocate a slice.
			named = s.assets[i : i+1 : i+1]
		default:
			named = append(named, s.assets[i])
		}
	}
	return append(named, s.former[key]...)
}

// ByID returns the asset with the platform's id.
func (s *AssetSet) ByID(id string) (Asset, bool) {
	for i := range s.ids.Likely(s.ids.Hash(id)) {
		if s.assets[i].ID == id {
			return s.assets[i], true
		}
	}
	return Asset{}, false
}
