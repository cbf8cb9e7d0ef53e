package catalog

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/internal/safetext"
)

// pageOf is a page of the cache with some entities.
func pageOf(entities ...Entity) page {
	s := NewSnapshot(entities, time.Time{}, 0, true)
	return s.rows.pages()[0]
}

// anyEntity draws entities with all sorts of capital letters, with separators in fields, and
// with references that do not consist of their parts.
func anyEntity(t *rapid.T, i int) Entity {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aAbBZİıſßΣσςK\n -/:*éÉ日\u0301\x1b")), 0, 8, -1)
	e := Entity{Kind: rapid.SampledFrom([]string{"Component", "API", "a:b", ""}).Draw(t, "kind"),
		Namespace: rapid.SampledFrom([]string{"default", "Default", "a/b", "É", ""}).Draw(t, "ns"), Name: text.Draw(t, "name") + fmt.Sprint(i),
		Title: text.Draw(t, "title"), Description: text.Draw(t, "description"), Owner: text.Draw(t, "owner"), Type: text.Draw(t, "type"),
		Lifecycle: text.Draw(t, "lifecycle"), System: text.Draw(t, "system"), Altered: rapid.Bool().Draw(t, "altered")}
	if tags := rapid.SliceOfN(text, 0, 3).Draw(t, "tags"); len(tags) > 0 {
		e.Tags = tags
	}
	if rapid.Bool().Draw(t, "annotated") {
		e.Annotated = Annotated{OptOut: rapid.Bool().Draw(t, "out"), Orphan: rapid.Bool().Draw(t, "orphan"),
			Unclear: rapid.SampledFrom([]string{"", "maybe", "later"}).Draw(t, "unclear"), AssetID: rapid.SampledFrom([]string{"", "7"}).Draw(t, "asset"),
			Repository: rapid.SampledFrom([]uint64{0, 1, 1<<64 - 1}).Draw(t, "repository")}
	}
	e.Ref = NewRef(e.Kind, e.Namespace, e.Name)
	if rapid.IntRange(0, 9).Draw(t, "foreign") == 0 {
		e.Ref = Ref(fmt.Sprint("foreign", i))
	}
	return e
}

// TestRowsKeepEntities checks that columns restore every field.
func TestRowsKeepEntities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entities := make([]Entity, rapid.IntRange(0, 6).Draw(t, "rows"))
		for i := range entities {
			entities[i] = anyEntity(t, i)
		}
		s := NewSnapshot(entities, time.Time{}, 0, true)
		for row := range s.Len() {
			i := slices.IndexFunc(entities, func(e Entity) bool { return e.Ref == s.Ref(row) })
			if i < 0 || !reflect.DeepEqual(s.At(row), entities[i]) || s.Name(row) != entities[i].Name {
				t.Fatalf("row %d: %+v, want one of %+v", row, s.At(row), entities)
			}
			if lower, ok := s.LowerName(row); ok && string(lower) != strings.ToLower(entities[i].Name) {
				t.Fatalf("row %d: %q in lower case is %q", row, entities[i].Name, lower)
			}
			if found, ok := s.Row(s.Ref(row)); !ok || found != row {
				t.Fatalf("row %d is found at %d, %t", row, found, ok)
			}
		}
	})
}

// TestPages checks that pages survive the cache and form the list again.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 5, blockSize - 1, blockSize, blockSize + 1, 2*blockSize + 3}).Draw(t, "rows")
		entities := components(0, n)
		for range rapid.IntRange(0, 5).Draw(t, "odd") {
			i := rapid.IntRange(0, n-1).Draw(t, "row")
			entities[i] = anyEntity(t, i).Safe()
		}
		s := NewSnapshot(entities, time.Time{}, 0, true)
		b := NewBuilder(time.Time{})
		for _, p := range s.rows.pages() {
			data, err := appendPage(nil, p)
			if err != nil {
				t.Fatal(err)
			}
			back, err := decodePage(data)
			if err != nil || back.size() < len(back.text) || !b.append(back) {
				t.Fatalf("a page of %d rows: %v", p.n, err)
			}
		}
		again := b.Snapshot(0, true)
		for row := range s.Len() {
			if !reflect.DeepEqual(again.At(row), s.At(row)) {
				t.Fatalf("row %d: %+v, want %+v", row, again.At(row), s.At(row))
			}
		}
		if again.Len() != s.Len() {
			t.Fatalf("%d rows, want %d", again.Len(), s.Len())
		}
	})
}

// FuzzDecodePage checks that decoded pages are safe to show.
func FuzzDecodePage(f *testing.F) {
	for _, entities := range [][]Entity{components(0, 3), {{Kind: "K", Namespace: "n", Name: "Nİ\n", Title: "Title", Owner: "Team", Tags: []string{"a", "B"}, Ref: "k:n/n"}},
		{{Kind: "K", Namespace: "n", Name: "a", Ref: "k:n/a", Annotated: Annotated{OptOut: true, Unclear: "maybe", Repository: 7}}, {Kind: "K", Namespace: "n", Name: "b", Ref: "k:n/b", Annotated: Annotated{Orphan: true, AssetID: "7"}}}} {
		seed, err := appendPage(nil, pageOf(entities...))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte{1, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decodePage(data)
		if err != nil {
			return
		}
		b := NewBuilder(time.Time{})
		b.append(p)
		s := b.Snapshot(0, true)
		for row := range s.Len() {
			e := s.At(row)
			for _, text := range append([]string{e.Kind, e.Namespace, e.Name, e.Title, e.Description, e.Owner, e.Type, e.Lifecycle, e.System, e.Unclear, e.AssetID}, e.Tags...) {
				if safetext.Changed(text) {
					t.Fatalf("row %d: %q may not be shown", row, text)
				}
			}
		}
		s.Search(ParseQuery("a owner:b tag:c ~d"))
		s.Order(ColumnTags, false)
	})
}

// TestDecodePageRefuses checks that impossible pages are rejected.
func TestDecodePageRefuses(t *testing.T) {
	good, err := appendPage(nil, pageOf(components(0, 3)...))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "cut": good[:len(good)-5], "rows": append([]byte{9}, good[1:]...),
		"an escape sequence":  []byte(strings.Replace(string(good), "svc-000001", "svc-\x1b00001", 1)),
		"no separator at all": []byte(strings.ReplaceAll(string(good), "\n", "x")),
	} {
		if _, err := decodePage(data); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
