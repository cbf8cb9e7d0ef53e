package ui

import (
	"fmt"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
)

// benchRows is the ordinary size of a large catalog.
const benchRows = 100_000

// largest is a model that shows benchRows entities in a window of 120 by 40.
func largest(b *testing.B) *model {
	b.Helper()
	entities := make([]catalog.Entity, benchRows)
	for i := range entities {
		entities[i] = entity(fmt.Sprintf("payment-service-%06d", i*7919%benchRows), fmt.Sprintf("team-%d", i%97), "service", "production")
	}
	f := newFake(func() time.Time { return epoch }, entities...)
	m := newModel(b.Context(), f, Options{Width: 120, Height: 40, Now: f.now, NoColor: true})
	r := draw.NewRenderer(nil, false)
	m.st = draw.NewStyles(r)
	snap, assets := catalog.NewSnapshot(entities, epoch, benchRows, true), conviso.NewAssetSet(nil, epoch, true)
	m.work.Known.View = &importer.View{Catalog: snap, Kinds: f.Kinds(), Assets: assets, Statuses: f.Resolve(snap, assets, nil)}
	m.browse.arrange()
	m.handle(m.takeCmds()())
	return m
}

// BenchmarkFrame is what a cursor move costs: the key, and the frame after it.
func BenchmarkFrame(b *testing.B) {
	m := largest(b)
	down, up := keyMsg(b, "j"), keyMsg(b, "k")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			m.Update(down)
		} else {
			m.Update(up)
		}
		_ = m.View()
	}
}

// BenchmarkFilterKey is what a key in the filter costs, with the frame after it.
func BenchmarkFilterKey(b *testing.B) {
	m := largest(b)
	m.Update(keyMsg(b, "/"))
	add, remove := keyMsg(b, "7"), keyMsg(b, "backspace")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			m.Update(add)
		} else {
			m.Update(remove)
		}
		_ = m.View()
	}
}

// BenchmarkMarkAllAndBack marks everything and undoes it, with a frame after each.
func BenchmarkMarkAllAndBack(b *testing.B) {
	m := largest(b)
	all, undo := keyMsg(b, "a"), keyMsg(b, "z")
	b.ReportAllocs()
	for b.Loop() {
		m.Update(all)
		_ = m.View()
		m.Update(undo)
		_ = m.View()
	}
}

// BenchmarkUndoOne is what taking one mark back costs among very many.
func BenchmarkUndoOne(b *testing.B) {
	m := largest(b)
	m.Update(keyMsg(b, "a"))
	undo, redo := keyMsg(b, "z"), keyMsg(b, "Z")
	m.Update(keyMsg(b, "space"))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			m.Update(undo)
		} else {
			m.Update(redo)
		}
		_ = m.View()
	}
}
