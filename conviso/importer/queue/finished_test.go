package queue

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/internal/unixms"
)

func drawnFinished(t *rapid.T) Finished {
	text := rapid.SampledFrom([]string{"", "a", "payments", "A ü\n", "https://git.example/pay"})
	at := func(label string) time.Time {
		return unixms.Time(rapid.SampledFrom([]int64{0, 1, 1_795_000_000_123, 1 << 45}).Draw(t, label))
	}
	item := Item{Instance: "one", Ref: catalog.Ref("component:default/" + text.Draw(t, "ref")), Seq: rapid.Int64Range(1, 1<<50).Draw(t, "seq"),
		Project: conviso.Project{Name: text.Draw(t, "name"), RepoURL: text.Draw(t, "repo"), Owner: text.Draw(t, "owner")},
		State:   Imported, Attempts: rapid.IntRange(0, 9).Draw(t, "attempts"), Error: text.Draw(t, "error"), AssetID: text.Draw(t, "asset"),
		Baseline: rapid.SliceOfN(text, 0, 3).Draw(t, "baseline"), Strict: rapid.Bool().Draw(t, "strict"),
		AddedAt: at("added"), SentAt: at("sent"), CheckedAt: at("checked"), User: text.Draw(t, "user"), Host: text.Draw(t, "host")}
	if item.Project.Name == "" {
		item.Project.Name = item.Ref.Name()
	}
	return Finish(&item)
}

// TestPack protects what is kept for years: what was packed comes back, alone and from a history.
func TestPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, all := NewHistory("one"), map[catalog.Ref]Finished{}
		for range rapid.IntRange(0, 9).Draw(t, "items") {
			f := drawnFinished(t)
			if _, again := all[f.Item.Ref]; again {
				continue
			}
			all[f.Item.Ref] = f
			b := f.Pack(nil)
			back := Finished{Item: Item{Instance: "one", Ref: f.Item.Ref, Seq: f.Item.Seq}}
			if !back.Unpack(b) || !reflect.DeepEqual(back, f) {
				t.Fatalf("got %+v\nwant %+v", back, f)
			}
			if !h.Append([]byte(f.Item.Ref), f.Item.Seq, b) {
				t.Fatal("it cannot be appended")
			}
			if len(b) > 0 && back.Unpack(b[:len(b)-1]) {
				t.Fatal("a part is taken for the whole")
			}
		}
		h.Index()
		for ref, f := range all {
			at, ok := h.Find(ref)
			if !ok {
				t.Fatalf("%s is not found", ref)
			}
			f.Item.Project.RepoURL = ""
			if got := h.Item(at); !reflect.DeepEqual(got, f.Item) || h.Repository(at) != f.Repository {
				t.Fatalf("got %+v\nwant %+v", got, f.Item)
			}
			if of, ok := h.OfAsset(f.Item.AssetID); ok && h.AssetID(of) != f.Item.AssetID || ok != (f.Item.AssetID != "") {
				t.Fatalf("asset %q is that of %d, %v", f.Item.AssetID, of, ok)
			}
		}
		if _, ok := h.Find("component:default/absent"); ok || h.Len() != len(all) {
			t.Fatalf("%d of %d, and what is absent is found: %t", h.Len(), len(all), ok)
		}
	})
}

// TestStoredKeys protects files: the keys in them are compared with those of later versions.
func TestStoredKeys(t *testing.T) {
	if got := NameHash("payments"); got != 0xe17ac5686623db26 {
		t.Errorf("a name's hash is %#x", got)
	}
	if got := repository.Key("https://git.example/acme/pay"); got != 0x671b5a0dbeadd7a3 {
		t.Errorf("a repository's key is %#x", got)
	}
	f := Finish(&Item{Ref: "component:default/a", Project: conviso.Project{Name: "a", Tags: []string{"x", "y"}, AssetType: "api"}})
	if want := (Sums{0xe8b7be43, 0, 0, 0, 0, 0x7695c1e8, 0, 0xad05d80f}); f.Sums != want {
		t.Errorf("checksums are %#x", f.Sums)
	}
}

// FuzzUnpack protects from a file that holds anything.
func FuzzUnpack(f *testing.F) {
	past := Finish(&Item{Ref: "component:default/a", Baseline: []string{"7"}, Error: "note", AddedAt: time.UnixMilli(5)})
	f.Add(past.Pack(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		back, h := Finished{Item: Item{Ref: "component:default/a"}}, NewHistory("")
		ok := back.Unpack(b)
		if h.Append([]byte("component:default/a"), 1, b) != ok {
			t.Fatal("what one reads the other does not")
		}
		h.Index()
		if ok && h.Item(0).AssetID != back.Item.AssetID {
			t.Fatal("they read different assets")
		}
	})
}
