package conviso

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"conviso-importer/cache"
)

// cachedPage is how many assets one cached value holds.
const cachedPage = 2000

// AssetSource is where front ends get a company's assets: from the cache at once, from the
// platform when asked.
type AssetSource struct {
	client  *Client
	company string
	prefix  string
	heads   *cache.Cache[assetHead]
	pages   *cache.Cache[[]Asset]
}

// assetHead describes a cached set. It is written after its pages, which carry its
// generation in their keys, so that a set half written is never found.
type assetHead struct {
	Generation string `json:"generation"`
	Pages      int    `json:"pages"`
	Count      int    `json:"count"`
}

// NewAssetSource returns the source of one company's assets. Scope tells platforms apart in
// the store, e.g. by their base URL. A nil client means offline.
func NewAssetSource(client *Client, store *cache.Store, scope, companyID string) *AssetSource {
	return &AssetSource{
		client: client, company: companyID, prefix: scope + "\n" + companyID + "\n",
		heads: cache.New(store, "asset-heads", cache.JSON[assetHead](1)),
		pages: cache.New(store, "assets", cache.Codec[[]Asset]{
			Version: 1, Encode: encodeAssets, Decode: decodeAssets, Size: assetsSize,
		}),
	}
}

// Cached returns the last complete set that was read, by whichever process.
func (s *AssetSource) Cached() (*AssetSet, bool) {
	head, readAt, ok := s.heads.Get(s.prefix)
	if !ok {
		return nil, false
	}
	var all []Asset
	for n := range head.Pages {
		page, _, ok := s.pages.Get(s.page(head, n))
		if !ok {
			return nil, false
		}
		all = append(all, page...)
	}
	if len(all) != head.Count {
		return nil, false
	}
	return NewAssetSet(all, readAt, true), true
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
		s.keep(set)
	}
	return set, err
}

// keep writes a complete set: its pages, then the head that makes them count, then it drops
// the pages of the set before. A failure costs the next start a read, nothing else; the store
// itself says what is wrong with it.
func (s *AssetSource) keep(set *AssetSet) {
	head := assetHead{Generation: strconv.FormatInt(set.ReadAt.UnixNano(), 36), Count: set.Len()}
	for page := range slices.Chunk(set.assets, cachedPage) {
		if s.pages.Put(s.page(head, head.Pages), page, set.ReadAt) != nil {
			return
		}
		head.Pages++
	}
	before, _, had := s.heads.Get(s.prefix)
	if s.heads.Put(s.prefix, head, set.ReadAt) != nil || !had || before.Generation == head.Generation {
		return
	}
	for n := range before.Pages {
		_ = s.pages.Delete(s.page(before, n))
	}
}

func (s *AssetSource) page(head assetHead, n int) string {
	return s.prefix + head.Generation + "\n" + strconv.Itoa(n)
}

// encodeAssets writes ids and names in turn, each behind its length. That decodes at a
// fraction of the cost of JSON, and statuses on the first screen wait for it.
func encodeAssets(assets []Asset) ([]byte, error) {
	out := make([]byte, 0, assetsSize(assets))
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
