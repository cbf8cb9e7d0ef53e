package lines

import (
	"testing"

	"conviso-importer/conviso/importer"
)

// TestDrop checks that what waits is taken back by its rows or all of it, after a yes.
func TestDrop(t *testing.T) {
	f := bank()
	f.holdDrain = true
	within(t, f, nil, func(s *script) {
		s.write("drop all", "Nothing waits to be sent.")
		s.write("a")
		s.write("i")
		s.write("yes", "Importing 5 entities")
		s.write("drop", "drop wants numbers of rows, such as drop 1 3-7, or drop all.")
		s.write("drop x", "drop wants numbers of rows")
		s.write("drop 1-99", "There is no row 99")
		s.write("f queued")
		s.write("drop 1", "Take 1 entity back? It leaves the queue unsent. yes or no:")
		s.write("no", "Nothing was taken back.")
		s.write("drop 1")
		s.write("yes", "1 entity taken back.")
		s.write("drop 1", "Nothing of it waits to be sent.")
		s.write("drop all", "Take 4 entities back?")
		s.write("yes", "4 entities taken back.")
		n := 0
		for _, item := range f.items {
			if item.State == importer.Skipped {
				n++
			}
		}
		if n != 5 {
			t.Errorf("%d were taken back", n)
		}
		s.write("drop all", "Nothing waits to be sent.")
		close(f.release)
		s.news()
		s.write("q")
		s.gone()
	})
}
