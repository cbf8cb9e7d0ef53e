package importer

import (
	"context"
	"errors"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// remembered reads what the queue's file has of assets.
func (e *Engine) remembered(ctx context.Context) error {
	return errors.Join(e.known.Load(ctx), e.others.Load(ctx))
}

// compared returns the view as it is when the assets of other sources were looked at not over a day ago. A read of
// them that fails does not stop an import; uncompared then says why, for the plan.
func (e *Engine) compared(ctx context.Context, v *View) (_ *View, uncompared string, err error) {
	before := e.others.Known().At()
	if e.young(before, askAgain) {
		return v, "", nil
	}
	work := e.doing.Begin("reading Conviso's assets of other sources")
	err = e.others.Read(ctx)
	work.End()
	switch {
	case err == nil:
		return e.Settle(ctx, e.resolvedAgain(v, v.Assets)), "", nil
	case ctx.Err() != nil:
		return nil, "", err
	}
	uncompared = safetext.Line(err.Error())
	if !before.IsZero() {
		uncompared += "; last looked at on " + before.Format(status.WhenLayout)
	}
	return v, uncompared, nil
}

// settleTies asks for the assets that annotations name and the list lacks; where they are many, it reads all.
func (e *Engine) settleTies(ctx context.Context, v *View) *View {
	before := e.now().Add(-askAgain)
	due := v.Statuses.Due(before)
	if len(due) > known.MaxAsked && !e.young(e.others.Known().At(), askAgain) && e.others.Read(ctx) == nil {
		v = e.resolvedAgain(v, v.Assets)
		due = v.Statuses.Due(before)
	}
	if !e.others.Ask(ctx, due[:min(len(due), known.MaxAsked)]) {
		return v
	}
	return e.resolvedAgain(v, v.Assets)
}

func (f *findings) beside(item *PlanItem, add func(form Finding, values ...string)) {
	if len(item.Elsewhere) > 0 {
		add(Finding{Kind: FindingElsewhere}, item.Beside.Words(item.Project.Name, false))
	}
	if item.NoAsset != "" {
		add(Finding{Kind: FindingNoAsset}, item.NoAsset)
	}
}

// besideText is Text for findings about other assets.
func (f *Finding) besideText() string {
	switch f.Kind {
	case FindingElsewhere:
		return "not merged: Conviso also has " + f.values(false)
	case FindingNoAsset:
		return text.Plural(len(f.Entries), "names", "name") + " no asset of Conviso in " + catalog.AnnotationAsset
	default:
		return "not compared with assets of other sources"
	}
}
