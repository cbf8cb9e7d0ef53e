package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"conviso-importer/cache"
)

// listStore keeps one complete list in the cache: pages of at most blockSize rows, each under
// the sum of what it holds, and a head that names them. Every write makes the pages first that
// are not there yet and the head last, so that a write which broke off leaves the list of the
// write before it, and a list that has not changed costs no more than its head.
type listStore struct {
	key   string
	heads *cache.Cache[listHead]
	pages *cache.Cache[page]
	// writing keeps two loads of one process from overlooking each other's head.
	writing sync.Mutex
}

// listHead is what must be there for a list to be read.
type listHead struct {
	// Pages are the sums in the keys of the list's pages, in their order.
	Pages []string `json:"pages"`
	Rows  int      `json:"rows"`
	Total int      `json:"total"`
}

// listVersion is the format of heads and pages.
const listVersion = 2

func newListStore(store *cache.Store, key string) *listStore {
	return &listStore{key: key,
		heads: cache.New(store, "catalog-list", cache.JSON[listHead](listVersion)),
		pages: cache.New(store, "catalog-page", cache.Codec[page]{
			Version: listVersion, Encode: encodePage, Decode: decodePage, Size: page.size})}
}

func (l *listStore) pageKey(sum string) string { return l.key + " " + sum }

// write stores a complete snapshot in place of what was there.
func (l *listStore) write(s *Snapshot) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	before, _, _ := l.heads.Get(l.key)
	head := listHead{Rows: s.Len(), Total: s.Total}
	if err := l.writePages(&head, before.Pages, s); err != nil {
		l.drop(head.Pages, before.Pages)
		return fmt.Errorf("cache the catalog: %w", err)
	}
	if err := l.heads.Put(l.key, head, s.ReadAt); err != nil {
		return fmt.Errorf("cache the catalog: %w", err)
	}
	l.drop(before.Pages, head.Pages)
	return nil
}

// writePages stores the pages of a snapshot that the list before does not have, and names all of
// them in the head.
func (l *listStore) writePages(head *listHead, before []string, s *Snapshot) error {
	for _, p := range s.rows.pages() {
		data, err := encodePage(p)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		name := hex.EncodeToString(sum[:16])
		head.Pages = append(head.Pages, name)
		if slices.Contains(before, name) {
			continue
		}
		if err := l.pages.Put(l.pageKey(name), p, s.ReadAt); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes the pages that another list does not need. One that stays behind costs room until
// the cache makes room by itself.
func (l *listStore) drop(pages, needed []string) {
	for _, name := range pages {
		if !slices.Contains(needed, name) {
			_ = l.pages.Delete(l.pageKey(name))
		}
	}
}

// read returns the stored list; false when there is none, or not all of it.
func (l *listStore) read() (*Snapshot, bool) {
	head, readAt, ok := l.heads.Get(l.key)
	if !ok {
		return nil, false
	}
	b := NewBuilder(readAt)
	for _, name := range head.Pages {
		p, _, ok := l.pages.Get(l.pageKey(name))
		if !ok || !b.append(p) {
			return nil, false
		}
	}
	if b.Len() != head.Rows {
		return nil, false
	}
	return b.Snapshot(head.Total, true), true
}

// storedRow is an odd row in a cached page. The ref follows from the rest.
type storedRow struct {
	Row         int      `json:"i"`
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

func newStoredRow(o oddRow) storedRow {
	e := o.entity
	return storedRow{Row: o.row, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name,
		Title: e.Title, Description: e.Description, Owner: e.Owner, Type: e.Type,
		Lifecycle: e.Lifecycle, System: e.System, Tags: e.Tags, Altered: e.Altered}
}

// entity is the row's entity, its text made safe again.
func (r storedRow) entity() Entity {
	return Entity{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name,
		Title: r.Title, Description: r.Description, Owner: r.Owner, Type: r.Type,
		Lifecycle: r.Lifecycle, System: r.System, Tags: r.Tags, Altered: r.Altered}.Safe()
}
