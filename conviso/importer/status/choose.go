package status

import (
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
)

// Choice is the result of marking many rows at once.
type Choice struct {
	Take catalog.RowSet // the rows to mark
	// LeftOut are the rows that annotations or their repository keep out; a review names them, and may choose
	// otherwise about repositories.
	LeftOut catalog.RowSet
	// Marked is the size of Take. Already are marked, Left share a name, Unknown have no known status.
	Marked, Already, Left, Unknown int
	OptedOut, Orphans, SameRepo    int // parts of LeftOut
}

// Choose picks the rows that can be imported in bulk: new or failed, neither opted out nor orphans. Of
// entities that share an asset name only the first by ref, since the platform identifies assets by name,
// and of those that share a repository as many as Sharing says. marked are the rows marked already. It
// works on bit sets because a key press waits for it.
func Choose[R int | int32](statuses *Statuses, marked catalog.RowSet, rows []R) Choice {
	rest := catalog.RowSetOf(statuses.Len(), rows)
	c := Choice{Already: rest.Common(marked)}
	rest.AndNot(marked)
	c.Unknown, c.Left = rest.Common(statuses.In(queue.Unknown)), rest.Common(statuses.In(queue.Clash))
	c.Take = statuses.In(queue.New, queue.Failed)
	c.Take.And(rest)
	if c.LeftOut = catalog.NewRowSet(statuses.Len()); statuses.resolver != nil {
		statuses.leaveHeld(&c)
		statuses.leaveContested(&c, marked)
	}
	c.Marked = c.Take.Len()
	return c
}

// Bulk returns a new set of the rows that a bulk import may take, before it chooses among those that share
// a name or a repository.
func (s *Statuses) Bulk() catalog.RowSet {
	set := s.In(queue.New, queue.Failed)
	if s != nil && s.resolver != nil {
		set.AndNot(s.resolver.snap.Held())
	}
	return set
}

// CountBulk returns how many of the rows in within Choose takes if none is marked; bulk is what Bulk returned.
func (s *Statuses) CountBulk(bulk, within catalog.RowSet) int {
	c := Choice{Take: slices.Clone(bulk), LeftOut: catalog.NewRowSet(s.Len())}
	c.Take.And(within)
	if s != nil && s.resolver != nil {
		s.leaveContested(&c, nil)
	}
	return c.Take.Len()
}

// leaveHeld leaves rows because of their annotations.
func (s *Statuses) leaveHeld(c *Choice) {
	snap := s.resolver.snap
	held := slices.Clone(snap.Held())
	held.And(c.Take)
	c.Take.AndNot(held)
	c.LeftOut.Or(held)
	for row := range held.Rows() {
		if snap.Annotated(row).OptOut {
			c.OptedOut++
		} else {
			c.Orphans++
		}
	}
}

// leaveContested leaves rows that share a name or a repository with a marked row, or with one of an earlier
// ref, in one pass in the order of refs, as a plan does.
func (s *Statuses) leaveContested(c *Choice, marked catalog.RowSet) {
	names := s.resolver.names
	if s.sharing != ShareSend {
		covered := slices.Clone(s.covered)
		covered.And(c.Take)
		c.SameRepo = covered.Len()
		c.Take.AndNot(covered)
		c.LeftOut.Or(covered)
	}
	if c.Take.Common(names.contested) > 0 {
		s.contest(c, marked)
	}
}

func (s *Statuses) contest(c *Choice, marked catalog.RowSet) {
	names, repositories := s.resolver.names, s.resolver.snap.Repositories()
	inName, inRepository := taken(names.same, marked), taken(repositories, marked)
	for _, r := range names.byRef {
		row := int(r)
		if !c.Take.Has(row) {
			continue
		}
		sameName, sameRepository := names.same.Rows.Has(row), s.sharing != ShareSend && repositories.Rows.Has(row)
		switch {
		case sameName && inName[names.same.Number(row)]:
			c.Take.Remove(row)
			c.Left++
			continue
		case sameRepository && (s.sharing == ShareSkip || inRepository[repositories.Number(row)]):
			c.Take.Remove(row)
			c.LeftOut.Add(row)
			c.SameRepo++
			continue
		}
		if sameName {
			inName[names.same.Number(row)] = true
		}
		if sameRepository {
			inRepository[repositories.Number(row)] = true
		}
	}
}

// taken returns the groups that have a marked row.
func taken(g *catalog.Groups, marked catalog.RowSet) []bool {
	taken := make([]bool, g.Len())
	rows := slices.Clone(g.Rows)
	rows.And(marked)
	for row := range rows.Rows() {
		taken[g.Number(row)] = true
	}
	return taken
}
