package importer

import (
	"errors"
	"fmt"
	"maps"
	"testing"

	"conviso-importer/conviso/importer/queue"
)

// folder is the same world seen from another state folder, with a cache of its own.
func (w *world) folder() *world {
	other := *w
	other.catalog = &fakeCatalog{entities: w.catalog.entities, details: w.catalog.details}
	other.config.Catalog, other.config.Assets = other.catalog, other.freshAssets()
	other.config.Queue = queue.NewMemory(w.config.Identity.InstanceID)
	other.Engine = NewEngine(other.config)
	return &other
}

// TestFatesInTwoFolders protects the platform from what either of two people's folders may conclude of a list that
// changed: 30 assets, all known to both, of which some are not listed any more. Nothing is sent.
func TestFatesInTwoFolders(t *testing.T) {
	archive := func(n int) func(*world) {
		return func(w *world) {
			for i := range n {
				w.platform.ArchiveAsset(fmt.Sprint(1000 + i))
			}
		}
	}
	remove := func(n int) func(*world) {
		return func(w *world) {
			for i := range n {
				w.platform.RemoveAsset(fmt.Sprint(1000 + i))
			}
		}
	}
	for _, c := range []struct {
		name    string
		happens func(*world)
		want    map[State]int
		refused bool // bulk imports are
	}{
		{"absorbed", func(w *world) { w.platform.AbsorbAsset("1000", "1002") }, map[State]int{Imported: 30}, false},
		{"renamed", func(w *world) { w.platform.RenameAsset("1000", "other") }, map[State]int{Imported: 30}, false},
		{"archived", archive(1), map[State]int{Imported: 30}, false},
		{"deleted", remove(1), map[State]int{Imported: 29, Gone: 1}, false},
		{"a page missing", archive(10), map[State]int{Imported: 30}, false},
		{"halved by a fault", archive(15), map[State]int{Imported: 30}, false},
		{"halved by deletions", remove(15), map[State]int{Imported: 15, Gone: 15}, false},
		{"more than half missing", archive(21), map[State]int{Imported: 30}, true},
		{"emptied", archive(30), map[State]int{Imported: 30}, true},
		{"all deleted", remove(30), map[State]int{Imported: 30}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				one := settled(t, 30)
				two := one.folder()
				two.look()
				c.happens(one)
				for name, w := range map[string]*world{"one": one, "another": two} {
					counts := w.look()
					maps.DeleteFunc(counts, func(_ State, n int) bool { return n == 0 })
					if !maps.Equal(counts, c.want) {
						t.Errorf("%s folder: %v", name, counts)
					}
					var shrunk *ShrunkError
					if err := w.allNew(); errors.As(err, &shrunk) != c.refused || err != nil && !c.refused {
						t.Errorf("%s folder: %v", name, err)
					}
					t.Logf("%s folder: %v, bulk refused: %v", name, counts, c.refused)
				}
				if sent := one.platform.Imports().Deliveries; len(sent) > 0 {
					t.Errorf("sent were %v", sent)
				}
			})
		})
	}
}
