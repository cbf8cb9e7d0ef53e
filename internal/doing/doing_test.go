package doing

import "testing"

// TestBoard protects what is said while somebody waits: everything that is under way, and nothing that has ended.
func TestBoard(t *testing.T) {
	var b Board
	if b.String() != "" {
		t.Errorf("at first %q", b.String())
	}
	catalog, assets := b.Begin("reading the catalog"), b.Begin("reading the assets")
	catalog.At(500, 0)
	assets.At(12, 10)
	if got, want := b.String(), "reading the catalog, 500 so far; reading the assets, 10 of 10"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	catalog.End()
	assets.At(0, 10)
	if got, want := b.String(), "reading the assets, 0 of 10"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	assets.End()
	assets.End()
	var none *Board
	work := none.Begin("nothing")
	work.At(1, 2)
	work.End()
	if b.String() != "" {
		t.Errorf("at last %q", b.String())
	}
}
