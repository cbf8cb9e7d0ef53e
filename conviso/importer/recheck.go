package importer

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safetext"
)

// Recheck plans the same entities again. It returns a PlanChangedError for changed entities,
// company or mapping; what was imported meanwhile is skipped.
func (e *Engine) Recheck(ctx context.Context, old *Plan) (*Plan, error) {
	if err := e.bound(old); err != nil {
		return nil, err
	}
	refs, told, byHand := make([]catalog.Ref, len(old.Items)), map[catalog.Ref]queue.Agreed{}, map[catalog.Ref]bool{}
	for i := range old.Items {
		item := &old.Items[i]
		agreed := old.agreed(item)
		// What is gone fails, whatever the list said.
		agreed.Gone = false
		refs[i], told[item.Ref], byHand[item.Ref] = item.Ref, agreed, item.Named
	}
	fresh, err := e.Plan(ctx, Request{Named: refs, Listed: true, Sharing: old.Sharing, told: told})
	if err != nil {
		return nil, err
	}
	byRef := map[catalog.Ref]conviso.Project{}
	for i := range fresh.Items {
		item := &fresh.Items[i]
		byRef[item.Ref], item.Named = item.Project, byHand[item.Ref]
	}
	settled := map[catalog.Ref]bool{}
	for _, skip := range fresh.Skipped {
		settled[skip.Ref] = skip.Cause != CauseGone && skip.Cause != CauseKind && skip.State != Unknown
	}
	var changes []string
	for i := range old.Items {
		now, ok := byRef[old.Items[i].Ref]
		switch {
		case !ok && settled[old.Items[i].Ref]:
		case !ok:
			changes = append(changes, fmt.Sprintf("%s is gone from the catalog", safetext.Line(string(old.Items[i].Ref))))
		default:
			changes = append(changes, projectChanges(old.Items[i].Ref, old.Items[i].Project, now)...)
		}
	}
	if len(changes) > 0 {
		return nil, &PlanChangedError{Changes: changes}
	}
	return fresh, nil
}

// bound checks that a plan is for this engine's company, platform and instance.
func (e *Engine) bound(p *Plan) error {
	var changes []string
	for _, c := range []struct{ what, then, now string }{
		{"the company", p.CompanyID, e.identity.Company.ID},
		{"the platform", p.PlatformURL, e.identity.PlatformURL},
		{"the instance", p.InstanceID, e.identity.InstanceID},
	} {
		if c.then != c.now {
			changes = append(changes, fmt.Sprintf("%s was %s and is %s now", c.what, safetext.Line(c.then), c.now))
		}
	}
	if len(changes) > 0 {
		return &PlanChangedError{Changes: changes}
	}
	return nil
}

func projectChanges(ref catalog.Ref, then, now conviso.Project) []string {
	fields := map[string][2]string{
		"name": {then.Name, now.Name}, "description": {then.Description, now.Description}, "url": {then.URL, now.URL},
		"repoUrl": {then.RepoURL, now.RepoURL}, "lifecycle": {then.Lifecycle, now.Lifecycle},
		"owner": {then.Owner, now.Owner}, "assetType": {then.AssetType, now.AssetType},
		"tags": {fmt.Sprintf("%q", then.Tags), fmt.Sprintf("%q", now.Tags)}, "id": {then.ID, now.ID},
	}
	var changes []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if f := fields[name]; f[0] != f[1] {
			// A plan of an older version may hold what is never shown.
			was := safetext.Line(safetext.WithoutSecrets(f[0]))
			changes = append(changes, fmt.Sprintf("%s: %s was %q and is %q now", ref, name, was, safetext.Line(f[1])))
		}
	}
	return changes
}
