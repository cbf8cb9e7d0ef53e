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

// AssetSource is where front ends get a company's assets: from the cache at once, from the
// platform when asked.
type AssetSource struct {
	client  *Client
	company string
	list    *cache.List[assetHead, []Asset]

	// keeping lets one set at a time be written.
	keeping sync.Mutex
	mu      sync.Mutex
	// last is the newest complete set that is known here; see Refresh.
	last basis
}

// assetHead describes a cached set.
type assetHead struct {
	// Pages are the names of its pages.
	Pages []string `json:"pages"`
	Count int      `json:"count"`
	// Mark and Whole are those of a basis.
	Mark  time.Time `json:"mark"`
	Whole time.Time `json:"whole"`
}

// NewAssetSource returns the source of one company's assets. Scope tells platforms apart in
// the store, e.g. by their base URL. A nil client means offline.
func NewAssetSource(client *Client, store *cache.Store, scope, companyID string) *AssetSource {
	// Heads and pages are in spaces of their own, so that their keys may begin alike.
	prefix := scope + "\n" + companyID + "\n"
	return &AssetSource{client: client, company: companyID, list: cache.NewList(store, cache.ListOptions[assetHead, []Asset]{
		Heads: "asset-heads", Pages: "assets", Key: prefix, Prefix: prefix, Version: 2,
		Codec: cache.Codec[[]Asset]{Version: 1, Append: appendAssets, Decode: decodeAssets, Size: assetsSize},
		Names: func(h *assetHead) *[]string { return &h.Pages },
	})}
}

// Cached returns the last complete set that was read, by whichever process.
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
	s.learn(basis{set: set, mark: head.Mark, whole: head.Whole})
	return set, true
}

// learn notes a complete set where none is known that is newer.
func (s *AssetSource) learn(b basis) (newest bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.set != nil && s.last.set.ReadAt.After(b.set.ReadAt) {
		return false
	}
	s.last = b
	return true
}

// basis is the newest complete set that is known: of this process, or of an earlier one.
func (s *AssetSource) basis() basis {
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

// adopt notes a complete set, and writes it to the cache.
func (s *AssetSource) adopt(b basis) {
	if s.learn(b) {
		s.keep(b)
	}
}

// Load reads the set from the platform and keeps it if it is complete. Its results are those
// of Client.Assets; offline it fails with ErrOffline and an empty partial set.
func (s *AssetSource) Load(ctx context.Context, progress func(read, total int)) (*AssetSet, error) {
	if s.client == nil {
		return NewAssetSet(nil, time.Now(), false),
			fmt.Errorf("read the assets: %w: nothing is read from the platform; leave out --offline to read them", ErrOffline)
	}
	set, err := s.client.Assets(ctx, s.company, progress)
	if err == nil {
		s.adopt(basis{set: set, mark: s.client.clock.theirs(set.ReadAt, time.Now()), whole: set.ReadAt})
	}
	return set, err
}

// keep writes a complete set. A failure costs the next start a read, nothing else; the store
// itself says what is wrong with it.
func (s *AssetSource) keep(b basis) {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	if s.basis().set != b.set {
		return // A newer one is written, or waits to be.
	}
	head := assetHead{Count: b.set.Len(), Mark: b.mark, Whole: b.whole}
	_ = s.list.Write(head, pagesOf(b.set.All()), b.set.ReadAt)
}

// pagesOf cuts assets into pages of some thousands, behind those whose ids say so: what comes
// or goes in one place leaves all pages but one as they are.
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

// appendAssets writes ids and names in turn, each behind its length. That decodes at a
// fraction of the cost of JSON, and statuses on the first screen wait for it.
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
	// One string for all: the assets of a page live and die together.
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

// assetsSize estimates the memory of decoded assets in bytes.
func assetsSize(assets []Asset) int {
	size := 0
	for _, a := range assets {
		// Two string headers and two lengths beside the text.
		size += len(a.ID) + len(a.Name) + 40
	}
	return size
}
