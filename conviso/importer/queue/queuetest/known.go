package queuetest

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// blobKept: a value is as it was written, whatever its bytes, and can be taken away again.
func blobKept(t *testing.T, open Opener) {
	q := open("backstage-one")
	if value, err := q.Blob(t.Context(), "measure"); err != nil || value != nil {
		t.Fatalf("before anything was written it is %x, %v", value, err)
	}
	for _, want := range [][]byte{{0, 1, 255}, bytes.Repeat([]byte{0xd9, 0}, 100_000), nil} {
		if err := q.SetBlob(t.Context(), "measure", want); err != nil {
			t.Fatal(err)
		}
		for _, instance := range []string{"backstage-one", "backstage-two"} {
			if value, err := open(instance).Blob(t.Context(), "measure"); err != nil || !bytes.Equal(value, want) {
				t.Errorf("%d bytes of %d came back, %v", len(value), len(want), err)
			}
		}
	}
}

// knownOfInstance: what an entity was known by is replaced by what is known now, and is no other instance's.
func knownOfInstance(t *testing.T, open Opener) {
	one, two := open("backstage-one"), open("backstage-two")
	if known, err := one.Known(t.Context()); err != nil || len(known) != 0 {
		t.Fatalf("before anything was written there is %v, %v", known, err)
	}
	a, b := queue.Known{Ref: "component:default/a", AssetID: "1"}, queue.Known{Ref: "component:default/b", AssetID: "2"}
	for _, known := range [][]queue.Known{{b, a}, nil} {
		if err := one.Remember(t.Context(), known); err != nil {
			t.Fatal(err)
		}
	}
	a.Fate, a.NowID, a.NowName, a.AskedAt = queue.FateThere, "7", "monorepo", time.UnixMilli(1_795_000_000_123)
	if err := one.Remember(t.Context(), []queue.Known{a}); err != nil {
		t.Fatal(err)
	}
	if known, err := one.Known(t.Context()); err != nil || !reflect.DeepEqual(known, []queue.Known{a, b}) {
		t.Errorf("known is %+v, %v", known, err)
	}
	if known, err := two.Known(t.Context()); err != nil || len(known) != 0 {
		t.Errorf("another instance knows %+v, %v", known, err)
	}
}
