package status

import (
	"cmp"
	"slices"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/queue"
)

// Remembered reports whether the statuses were decided with known assets at hand, be they none.
func (s *Statuses) Remembered() bool { return s.resolver.known != nil }

// Open reports whether a row is unknown for want of a whole list alone: no asset has its name, and none is known for it.
func (s *Statuses) Open(row int) bool {
	found := s.resolver.byName(row)
	return found.state == queue.Unknown && found.known.AssetID == ""
}

// News returns the assets by which rows are imported and that are neither known nor in the history.
func (s *Statuses) News(before known.Assets) []queue.Known {
	r := s.resolver
	var fresh []queue.Known
	for row := range s.In(queue.Imported).Rows() {
		ref, id := r.snap.Ref(row), s.At(row).AssetID
		if at, ok := r.past.at(row); ok && r.past.AssetID(at) == id {
			continue // The history has it.
		}
		named := slices.ContainsFunc(r.assets.Named(r.names.Key(row)), func(a conviso.Asset) bool { return a.ID == id })
		// One of another name is known already, or is that which absorbed it.
		if named && before[ref].ID != id {
			fresh = append(fresh, queue.Known{Ref: ref, AssetID: id})
		}
	}
	return fresh
}

// Lost returns the known assets that the complete list lacks, by ref: those whose fate is not known, or with a
// time those whose fate was asked for before it.
func (s *Statuses) Lost(before time.Time) []queue.Known {
	var lost []queue.Known
	for _, k := range s.resolver.missing {
		if (k.Fate == "") == before.IsZero() && (before.IsZero() || k.AskedAt.Before(before)) {
			lost = append(lost, k)
		}
	}
	slices.SortFunc(lost, func(a, b queue.Known) int { return cmp.Compare(a.Ref, b.Ref) })
	return lost
}
