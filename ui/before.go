package ui

import (
	"context"

	"conviso-importer/conviso"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/intro"
	"conviso-importer/ui/program"
)

// before returns the options of the screens before the table.
func (o Options) before() intro.Options {
	return intro.Options{Styles: draw.NewStyles(draw.NewRenderer(o.Out, o.NoColor)), Glyphs: draw.NewGlyphs(o.ASCII),
		Width: o.Width, Height: o.Height, Title: productName, Suspend: program.Suspend}
}

// RunFirstRun asks for the configuration. The choice is zero if the user left without one.
func RunFirstRun(ctx context.Context, s intro.Setup, o Options) (intro.Choice, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	f := intro.NewFirstRun(inner, s, o.before())
	if err := o.run(ctx, f); err != nil {
		return intro.Choice{}, err
	}
	return f.Choice(), nil
}

// PickCompany lets the user choose a company; it returns intro.ErrCancelled if they leave without one.
func PickCompany(ctx context.Context, companies []conviso.Company, o Options) (conviso.Company, error) {
	p := intro.NewPicker(companies, o.before())
	if err := o.run(ctx, p); err != nil {
		return conviso.Company{}, err
	}
	company, ok := p.Company()
	if !ok {
		return company, intro.ErrCancelled
	}
	return company, nil
}
