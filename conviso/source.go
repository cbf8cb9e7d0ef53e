package conviso

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"slices"
	"sync"
	"time"

	"conviso-importer/cache"
)

// AssetSource provides a company's assets: at once from the cache, on request from the platform.
type AssetSource struct {
	client  *Client
	company string
	list    *cache.List[assetHead, []Asset]

	// believed judges complete sets before they are kept; nil believes all.
	believed func(*AssetSet) bool

	saving sync.Mutex
	mu     sync.Mutex
	last   baseline
}

// assetHead describes a cached set; Mark and Whole are those of its baseline.
type assetHead struct {
	Pages []string  `json:"pages"`
	Count int       `json:"count"`
	Mark  time.Time `json:"mark"`
	Whole time.Time `json:"whole"`
}

// NewAssetSource returns the source of one company's assets. scope tells platforms apart in the
// store, e.g. by base URL. A nil client means offline.
func NewAssetSource(client *Client, store *cache.Store, scope, companyID string) *AssetSource {
	// Heads and pages use different spaces, so their keys may share a prefix.
	prefix := scope + "\n" + companyID + "\n"
	return &AssetSource{client: client, company: companyID, list: cache.NewList(store, cache.ListOptions[assetHead, []Asset]{
		Heads: "asset-heads", Pages: "assets", Key: prefix, Prefix: prefix, Version: 2,
		Codec: cache.Codec[[]Asset]{Version: 1, Append: appendAssets, Decode: decodeAssets, Size: assetsSize},
		Names: func(h *assetHead) *[]string { return &h.Pages },
	})}
}

// Judge sets who judges a complete set before it is kept for later reads and runs. It is called before any read.
func (s *AssetSource) Judge(believed func(*AssetSet) bool) { s.believed = believed }

// Cached returns the last complete set that any process has read.
func (s *AssetSource) Cached() (*AssetSet, bool) {
	head, readAt, ok := s.list.Head()
	if !ok {
		return nil, false
	}
	all := make([]Asset, 0, max(0, min(head.Count, maxListed)))
	whole := s.list.Read(head, func(page []Asset) bool {
		all = append(all, page...)
		return len(all) <= head.Count
	})
	if !whole || len(all) != head.Count {
		return nil, false
	}
	set := NewAssetSet(all, readAt, true)
	s.remember(baseline{set: set, mark: head.Mark, whole: head.Whole})
	return set, true
}

// remember records a complete set unless a newer one is known.
func (s *AssetSource) remember(b baseline) (newest bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.set != nil && s.last.set.ReadAt.After(b.set.ReadAt) {
		return false
	}
	s.last = b
	return true
}

// newest returns the newest complete set, of this process or from the cache.
func (s *AssetSource) newest() baseline {
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	if last.set != nil {
		return last
	}
	s.Cached()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

func (s *AssetSource) adopt(b baseline) {
	if (s.believed == nil || s.believed(b.set)) && s.remember(b) {
		s.save(b)
	}
}

// Load reads the set from the platform and caches it if complete. Results are those of
// Client.Assets; offline it returns ErrOffline and an empty set.
func (s *AssetSource) Load(ctx context.Context, progress func(read, total int)) (*AssetSet, error) {
	if s.client == nil {
		return NewAssetSet(nil, time.Now(), false),
			fmt.Errorf("read the assets: %w: nothing is read from the platform; leave out --offline to read them", ErrOffline)
	}
	set, err := s.client.Assets(ctx, s.company, progress)
	if err == nil {
		s.adopt(baseline{set: set, mark: s.client.clock.toPlatform(set.ReadAt, time.Now()), whole: set.ReadAt})
	}
	return set, err
}

// save writes a complete set. An error costs the next start a read; the store reports it.
func (s *AssetSource) save(b baseline) {
	s.saving.Lock()
	defer s.saving.Unlock()
	if s.newest().set != b.set {
		return // A newer one is written, or waits to be.
	}
	head := assetHead{Count: b.set.Len(), Mark: b.mark, Whole: b.whole}
	_ = s.list.Write(head, pagesOf(b.set.All()), b.set.ReadAt)
}

// pagesOf cuts at ids that a hash selects, so that a change affects only one page.
func pagesOf(assets []Asset) iter.Seq[[]Asset] {
	const usual, most = 2048, 8192
	return func(yield func([]Asset) bool) {
		from := 0
		for i := range assets {
			last := i == len(assets)-1
			if !last && i-from+1 < most && crc32.ChecksumIEEE([]byte(assets[i].ID))%usual != 0 {
				continue
			}
			if !yield(assets[from : i+1]) {
				return
			}
			from = i + 1
		}
	}
}

// appendAssets writes length-prefixed ids and names; JSON decodes several times slower.
func appendAssets(out []byte, assets []Asset) ([]byte, error) {
	out = slices.Grow(out, assetsSize(assets))
	for _, a := range assets {
		for _, s := range []string{a.ID, a.Name} {
			out = binary.AppendUvarint(out, uint64(len(s)))
			out = append(out, s...)
		}
	}
	return out, nil
}

var errBlob = errors.New("a cached page of assets is damaged")

func decodeAssets(blob []byte) ([]Asset, error) {
	var assets []Asset
	// One string for all assets of a page, which have the same lifetime.
	rest := string(blob)
	next := func() (string, bool) {
		n, size := binary.Uvarint([]byte(rest[:min(len(rest), binary.MaxVarintLen64)]))
		if size <= 0 || n > uint64(len(rest)-size) {
			return "", false
		}
		s := rest[size : size+int(n)]
		rest = rest[size+int(n):]
		return s, true
	}
	for rest != "" {
		id, ok := next()
		if !ok {
			return nil, errBlob
		}
		name, ok := next()
		if !ok {
			return nil, errBlob
		}
		assets = append(assets, Asset{ID: id, Name: name})
	}
	return assets, nil
}

func assetsSize(assets []Asset) int {
	size := 0
	for _, a := range assets {
		size += len(a.ID) + len(a.Name) + 40
	}
	return size
}
