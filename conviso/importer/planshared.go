package importer

import (
	"fmt"
	"maps"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/safetext"
)

// repositories are those of a plan's entities, by key, and who has them: planned, or imported or on its way.
type repositories struct{ goes, settled map[uint64]catalog.Ref }

func (r *repositories) settle(v *View) {
	maps.Insert(r.settled, v.Statuses.Settled())
}

func (r *repositories) take(ref catalog.Ref, address string) {
	key := repository.Key(address)
	if _, busy := r.goes[key]; key != 0 && !busy {
		r.goes[key] = ref
	}
}

// covered skips an entity whose repository is left to another one, or to a person.
func (b *planBuilder) covered(ref catalog.Ref, row int, state State, address string) bool {
	key := repository.Key(address)
	if !b.left[ref] && (key == 0 || b.plan.Sharing == ShareSend) {
		return false
	}
	why := ""
	if first, busy := b.repositories.goes[key]; busy {
		why = fmt.Sprintf("%s goes first", first)
	} else if holder, settled := b.repositories.settled[key]; settled {
		why = fmt.Sprintf("%s is imported or on its way", holder)
	} else if b.plan.Sharing == ShareSkip && b.view.Catalog.Repositories().Rows.Has(row) {
		why = "none of them goes"
	} else if b.left[ref] {
		why = "left when it was marked in bulk"
	}
	if why == "" {
		return false
	}
	b.plan.Skipped = append(b.plan.Skipped, PlanSkip{Ref: ref, Name: b.names.Name(row), State: state, Cause: CauseShared,
		Reason: "covered by the same repository: " + why, Repository: safetext.Line(address)})
	return true
}

// tell notes with every item who else has its repository.
func (r *repositories) tell(p *Plan) {
	all := map[uint64][]catalog.Ref{}
	add := func(address string, ref catalog.Ref) {
		if key := repository.Key(address); key != 0 {
			all[key] = append(all[key], ref)
		}
	}
	for i := range p.Items {
		add(p.Items[i].Project.RepoURL, p.Items[i].Ref)
	}
	for i := range p.Skipped {
		add(p.Skipped[i].Repository, p.Skipped[i].Ref)
	}
	for i := range p.Items {
		item := &p.Items[i]
		key := repository.Key(item.Project.RepoURL)
		if key == 0 {
			continue
		}
		if holder, settled := r.settled[key]; settled && holder != item.Ref {
			item.SharesWith = string(holder) + ", imported or on its way"
			continue
		}
		switch sharers := all[key]; {
		case len(sharers) < 2:
		case sharers[0] == item.Ref:
			item.SharesWith = withMore(sharers[1], len(sharers)-2)
		default:
			item.SharesWith = withMore(sharers[0], len(sharers)-2)
		}
	}
}

// noteShared notes with the plan's items who else has their repositories.
func (b *planBuilder) noteShared() {
	b.repositories.tell(b.plan)
	b.noteSharers()
}

// maxSharers bounds the names that an item keeps of its repository's other entities.
const maxSharers = 100

// noteSharers notes with the items whose senders have not agreed to share a repository who else has it, by name: as
// soon as one of these is imported, the item is covered.
func (b *planBuilder) noteSharers() {
	groups := b.view.Catalog.Repositories()
	items := map[int][]*PlanItem{}
	for i := range b.plan.Items {
		item := &b.plan.Items[i]
		row, ok := b.view.Catalog.Row(item.Ref)
		if ok && groups.Rows.Has(row) && !b.plan.agreed(item).Shared {
			items[groups.Number(row)] = append(items[groups.Number(row)], item)
		}
	}
	if len(items) == 0 {
		return
	}
	for row := range groups.Rows.Rows() {
		sharing := items[groups.Number(row)]
		if len(sharing) == 0 {
			continue // Each part of an import comes here with few of all repositories.
		}
		key := b.names.Key(row)
		for _, item := range sharing {
			unknown := b.names.Sharing(row) == 1 && len(b.view.Assets.Named(key)) == 0
			if unknown && item.Ref != b.view.Catalog.Ref(row) && len(item.sharers) < maxSharers {
				item.sharers = append(item.sharers, key)
			}
		}
	}
}

func withMore(ref catalog.Ref, more int) string {
	if more == 0 {
		return string(ref)
	}
	return fmt.Sprintf("%s and %d more", ref, more)
}

// heldCause returns why bulk imports leave an entity out, both empty for no reason.
func heldCause(a catalog.Annotated) (Cause, string) {
	cause := CauseOrphan
	if a.OptOut {
		cause = CauseOptOut
	}
	return cause, status.HeldBy(a)
}

// Shares reports whether another Sharing could make another plan.
func (p *Plan) Shares() bool {
	return p.Skips(CauseShared) > 0 || slices.ContainsFunc(p.Items, func(i PlanItem) bool { return i.SharesWith != "" && !i.Named })
}

// shared returns who shares repositories, in the plan's order: what goes and what is covered.
func (p *Plan) shared() Finding {
	f := Finding{Kind: FindingShared}
	if p.Shares() {
		f.Sharing = p.Sharing
	}
	addresses := map[uint64]bool{}
	for i := range p.Items {
		if item := &p.Items[i]; item.SharesWith != "" {
			addresses[repository.Key(item.Project.RepoURL)] = true
			f.Entries = append(f.Entries, FindingEntry{Ref: item.Ref,
				Note: "goes; " + safetext.Line(item.Project.RepoURL) + " as " + item.SharesWith})
		}
	}
	for i := range p.Skipped {
		if skip := &p.Skipped[i]; skip.Cause == CauseShared {
			addresses[repository.Key(skip.Repository)] = true
			f.Entries = append(f.Entries, FindingEntry{Ref: skip.Ref, Note: "stays; " + safetext.Line(skip.Repository) + ", " + skip.Reason})
		}
	}
	f.Repositories = len(addresses)
	return f
}
