package conviso

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestAssetSet compares a set with a linear search by id and name, with all spellings and with ids that come twice
// under one name or two.
func TestAssetSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		assets := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Asset {
			return Asset{ID: rapid.StringMatching(`[0-9]{0,2}`).Draw(t, "id"), Name: rapid.StringMatching(`[aAbB ]{0,3}`).Draw(t, "name")}
		})).Draw(t, "assets")
		set := NewAssetSet(assets, time.Time{}, true)
		byID, named, former, n := map[string]Asset{}, map[string][]Asset{}, map[string][]Asset{}, 0
		for _, a := range assets {
			key := NameKey(a.Name)
			if known, twice := byID[a.ID]; twice {
				if NameKey(known.Name) != key {
					former[key] = append(former[key], a)
				}
				continue
			}
			byID[a.ID] = a
			named[key] = append(named[key], a)
			n++
		}
		for key, assets := range former {
			named[key] = append(named[key], assets...)
		}
		if set.Len() != n {
			t.Fatalf("%d assets, want %d", set.Len(), n)
		}
		for id := range 100 {
			got, ok := set.ByID(fmt.Sprint(id))
			want, known := byID[fmt.Sprint(id)]
			if ok != known || got != want {
				t.Fatalf("asset %d: %+v %v, want %+v %v", id, got, ok, want, known)
			}
		}
		for _, a := range append(assets, Asset{Name: "c"}) {
			if key := NameKey(a.Name); !reflect.DeepEqual(set.Named(key), named[key]) {
				t.Fatalf("named %q: %+v, want %+v", key, set.Named(key), named[key])
			}
		}
		all := set.All()
		if len(all) > 0 {
			set.Named(NameKey(all[0].Name))
			if !reflect.DeepEqual(set.All(), all) {
				t.Fatal("a look by name changed the list")
			}
		}
	})
}
