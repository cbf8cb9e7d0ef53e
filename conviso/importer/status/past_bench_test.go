package status

import (
	"fmt"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/queuetest"
	"conviso-importer/internal/demo"
)

// BenchmarkResolveFinished measures the statuses of a catalog that is imported, and each of them, by names
// alone and with a history.
func BenchmarkResolveFinished(b *testing.B) {
	const rows = 100_000
	w, err := demo.NewWorld(demo.Options{Entities: rows, Imported: rows, Still: true})
	if err != nil {
		b.Fatal(err)
	}
	q := queue.NewMemory("one")
	items := queuetest.Finished("one", w.Platform.Assets(w.CompanyID))
	if err := queuetest.Fill(b.Context(), q, items); err != nil {
		b.Fatal(err)
	}
	h, err := q.Finished(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	entities, assets := make([]catalog.Entity, len(items)), make([]conviso.Asset, len(items))
	for i := range items {
		ref := items[i].Ref
		entities[i] = catalog.Entity{Ref: ref, Kind: "Component", Namespace: ref.Namespace(), Name: ref.Name()}
		assets[i] = conviso.Asset{ID: items[i].AssetID, Name: ref.Name()}
	}
	names := Namer{}.Names(catalog.NewSnapshot(entities, time.Time{}, 0, true))
	set := conviso.NewAssetSet(assets, time.Now(), true)
	for name, by := range map[string]Evidence{"by name": {}, "by history": {Past: h}} {
		b.Run(fmt.Sprint("states ", name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Decide(names, ShareFirst, set, by)
			}
		})
		b.Run(fmt.Sprint("statuses ", name), func(b *testing.B) {
			s := Decide(names, ShareFirst, set, by)
			b.ReportAllocs()
			for b.Loop() {
				for row := range s.Len() {
					s.At(row)
				}
			}
		})
	}
}
