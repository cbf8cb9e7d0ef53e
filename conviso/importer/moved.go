package importer

import (
	"context"
	"fmt"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/moved"
	"conviso-importer/internal/text"
)

// MovedError reports entities of which a list that moved while it was read does not say whether they are new.
type MovedError struct{ Open int }

func (e *MovedError) Error() string {
	return fmt.Sprintf("Conviso's list changed each of the %d times that it was read, so it is not known whether %s new; try again in a few minutes",
		conviso.MaxReads, text.Entities(e.Open)+text.Plural(e.Open, " is", " are"))
}

// Moved returns a MovedError if the assets moved while they were read and that leaves entities open: nothing goes
// in bulk then.
func (v *View) Moved() error {
	if open := len(v.open(nil)); open > 0 {
		return &MovedError{Open: open}
	}
	return nil
}

// open returns the rows, all or those of refs, that would be new if the assets had not moved while they were read.
func (v *View) open(refs []catalog.Ref) []int {
	if v.Assets == nil || !v.Assets.Moved || v.Statuses == nil {
		return nil
	}
	rows := v.Statuses.In(Unknown)
	if refs != nil {
		of := catalog.NewRowSet(v.Statuses.Len())
		for _, ref := range refs {
			if row, ok := v.Catalog.Row(ref); ok && rows.Has(row) {
				of.Add(row)
			}
		}
		rows = of
	}
	var open []int
	for row := range rows.Rows() {
		if v.Statuses.Open(row) {
			open = append(open, row)
		}
	}
	return open
}

// askByName asks the platform for the assets of entities, all or those of refs, that a list that moved leaves open.
// Where all are more than may be asked for, it asks for none: a bulk import needs all answers.
func (e *Engine) askByName(ctx context.Context, v *View, refs []catalog.Ref) *View {
	var names []string
	for _, row := range v.open(refs) {
		names = append(names, v.Statuses.Names().Name(row))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 || refs == nil && len(names) > moved.Left(v.Assets) {
		return v
	}
	set := moved.Ask(ctx, e.platform, e.identity.Company.ID, v.Assets, names)
	if set == v.Assets {
		return v
	}
	e.mu.Lock()
	if e.moved == v.Assets {
		e.moved = set
	}
	e.mu.Unlock()
	return e.resolvedAgain(v, set)
}

// askForUncertain asks by name for items of which it is open whether they were taken and that a list that moved does
// not show: otherwise they would wait for a list that does not.
func (e *Engine) askForUncertain(ctx context.Context, set *conviso.AssetSet) *conviso.AssetSet {
	items, err := e.queue.Unverified(ctx)
	if err != nil {
		return set // Whoever settles the items learns of it.
	}
	var names []string
	for i := range items {
		if uncertain(&items[i]) && len(set.Named(items[i].Key())) == 0 {
			names = append(names, items[i].Project.Name)
		}
	}
	return moved.Ask(ctx, e.platform, e.identity.Company.ID, set, names)
}
