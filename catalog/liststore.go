package catalog

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"conviso-importer/cache"
)

// listStore keeps one complete list in the cache: pages of at most blockSize entities, and
// a head that names them. Every write makes pages of a new generation first and the head
// last, so that a write which broke off leaves the list of the write before it.
type listStore struct {
	key   string
	heads *cache.Cache[listHead]
	pages *cache.Cache[[]Entity]
	// writing keeps two loads of one process from overlooking each other's head.
	writing sync.Mutex
}

// listHead is what must be there for a list to be read.
type listHead struct {
	// Generation is part of the keys of the list's pages.
	Generation string `json:"generation"`
	Rows       int    `json:"rows"`
	Total      int    `json:"total"`
}

func newListStore(store *cache.Store, key string) *listStore {
	return &listStore{key: key,
		heads: cache.New(store, "catalog-list", cache.JSON[listHead](1)),
		pages: cache.New(store, "catalog-page", cache.Codec[[]Entity]{
			Version: 1, Encode: encodeRows, Decode: decodeRows, Size: sizeOfRows})}
}

func (l *listStore) pageKey(generation string, page int) string {
	return l.generationKey(generation) + strconv.Itoa(page)
}

// generationKey begins the key of every page of a generation and of nothing else.
func (l *listStore) generationKey(generation string) string {
	return l.key + " " + generation + " "
}

// write stores a complete snapshot in place of what was there.
func (l *listStore) write(s *Snapshot) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	head := listHead{Generation: rand.Text(), Rows: s.Len(), Total: s.Total}
	if err := l.writePages(head.Generation, s); err != nil {
		return fmt.Errorf("cache the catalog: %w", err)
	}
	before, _, replaces := l.heads.Get(l.key)
	if err := l.heads.Put(l.key, head, s.ReadAt); err != nil {
		return fmt.Errorf("cache the catalog: %w", err)
	}
	if replaces {
		return l.pages.DeletePrefix(l.generationKey(before.Generation))
	}
	return nil
}

// writePages stores all pages of a generation, or none.
func (l *listStore) writePages(generation string, s *Snapshot) error {
	for page, block := range s.rows.blocks {
		rows := block[:min(blockSize, s.Len()-page*blockSize)]
		if err := l.pages.Put(l.pageKey(generation, page), rows, s.ReadAt); err != nil {
			_ = l.pages.DeletePrefix(l.generationKey(generation))
			return err
		}
	}
	return nil
}

// read returns the stored list; false when there is none, or not all of it.
func (l *listStore) read() (*Snapshot, bool) {
	head, readAt, ok := l.heads.Get(l.key)
	if !ok {
		return nil, false
	}
	b := NewBuilder(readAt)
	for page := 0; page*blockSize < head.Rows; page++ {
		rows, _, ok := l.pages.Get(l.pageKey(head.Generation, page))
		if !ok {
			return nil, false
		}
		b.Add(rows...)
	}
	if b.Len() != head.Rows {
		return nil, false
	}
	return b.Snapshot(head.Total, true), true
}

// storedRow is an entity in a cached page. Keys are short because there are many; the ref
// follows from the rest.
type storedRow struct {
	UID         string   `json:"u,omitempty"`
	Kind        string   `json:"k"`
	Namespace   string   `json:"s"`
	Name        string   `json:"n"`
	Title       string   `json:"t,omitempty"`
	Description string   `json:"d,omitempty"`
	Owner       string   `json:"o,omitempty"`
	Type        string   `json:"y,omitempty"`
	Lifecycle   string   `json:"l,omitempty"`
	System      string   `json:"m,omitempty"`
	Tags        []string `json:"g,omitempty"`
	Altered     bool     `json:"a,omitempty"`
}

func encodeRows(entities []Entity) ([]byte, error) {
	stored := make([]storedRow, len(entities))
	for i, e := range entities {
		stored[i] = storedRow{UID: e.UID, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name,
			Title: e.Title, Description: e.Description, Owner: e.Owner, Type: e.Type,
			Lifecycle: e.Lifecycle, System: e.System, Tags: e.Tags, Altered: e.Altered}
	}
	return json.Marshal(stored)
}

// decodeRows makes the text safe again: a cache file is input like any other.
func decodeRows(data []byte) ([]Entity, error) {
	var stored []storedRow
	if err := json.Unmarshal(data, &stored); err != nil {
		return nil, fmt.Errorf("decode a cached page of the catalog: %w", err)
	}
	words := interner{}
	entities := make([]Entity, len(stored))
	for i, r := range stored {
		e := Entity{UID: r.UID, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name,
			Title: r.Title, Description: r.Description, Owner: r.Owner, Type: r.Type,
			Lifecycle: r.Lifecycle, System: r.System, Tags: r.Tags, Altered: r.Altered}
		entities[i] = words.share(e.safe())
	}
	return entities, nil
}

// sizeOfRows estimates the memory that decoded entities take: their fields, and the text
// that they do not share with others.
func sizeOfRows(entities []Entity) int {
	const fields = 11*16 + 24
	size := 0
	for i := range entities {
		e := &entities[i]
		size += fields + len(e.Ref) + len(e.UID) + len(e.Title) + len(e.Description) + 16*len(e.Tags)
	}
	return size
}
