package conviso

import (
	"iter"
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
	Complete bool      // whether every page was read; only then does a missing name mean anything

	assets     []Asset
	ids, names rowindex.Index // ids is keyed by id, names by NameKey
}

// NewAssetSet indexes assets by id and name; repeated ids count once.
func NewAssetSet(assets []Asset, readAt time.Time, complete bool) *AssetSet {
	s := &AssetSet{ReadAt: readAt, Complete: complete, assets: make([]Asset, 0, len(assets)),
		ids: rowindex.New(len(assets)), names: rowindex.New(len(assets))}
	for _, a := range assets {
		if _, known := s.ByID(a.ID); known {
			continue
		}
		s.ids.Add(s.ids.Hash(a.ID), len(s.assets))
		s.names.Add(s.names.Hash(NameKey(a.Name)), len(s.assets))
		s.assets = append(s.assets, a)
	}
	return s
}

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
	return named
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
