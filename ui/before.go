package ui

import (
	"context"

	"conviso-importer/conviso"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/intro"
)

// before are the options of the screens that come before the table.
func (o Options) before() intro.Options {
	return intro.Options{Styles: draw.NewStyles(draw.NewRenderer(o.Out, o.NoColor)), Glyphs: draw.NewGlyphs(o.ASCII),
		Width: o.Width, Height: o.Height, Title: productName, Suspend: suspendCmd}
}

// RunFirstRun asks somebody who has configured nothing. The choice is the zero value where
// they leave without one; the error is ctx's where that ends first.
func RunFirstRun(ctx context.Context, s intro.Setup, o Options) (intro.Choice, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	f := intro.NewFirstRun(inner, s, o.before())
	if err := o.run(ctx, inner, f); err != nil {
		return intro.Choice{}, err
	}
	return f.Choice(), nil
}

// PickCompany lets the user choose one of several companies. It returns intro.ErrCancelled where
// they leave without, and ctx's error where that ends first.
func PickCompany(ctx context.Context, companies []conviso.Company, o Options) (conviso.Company, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	p := intro.NewPicker(companies, o.before())
	if err := o.run(ctx, inner, p); err != nil {
		return conviso.Company{}, err
	}
	company, ok := p.Company()
	if !ok {
		return company, intro.ErrCancelled
	}
	return company, nil
}
