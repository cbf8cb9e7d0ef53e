package lines

import (
	"context"
	"fmt"
	"strings"

	"conviso-importer/conviso"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/text"
	"conviso-importer/ui/intro"
)

// asker asks questions before there is a console.
type asker struct {
	out output
	in  *Input
}

// ask returns the answer, or false at the end of the input. It does not echo a secret.
func (a *asker) ask(ctx context.Context, prompt string, secretly bool) (string, bool, error) {
	if secretly && a.in.hide != nil {
		show := a.in.hide()
		defer show()
	}
	a.out.line(prompt)
	if a.out.err != nil {
		return "", false, a.out.err
	}
	if len(a.in.ahead) > 0 {
		return strings.TrimSpace(a.in.next().text), true, nil
	}
	select {
	case line, more := <-a.in.lines:
		return strings.TrimSpace(line.text), more, nil
	case <-ctx.Done():
		return "", false, ctx.Err()
	}
}

// PickCompany asks for one of several companies. It returns intro.ErrCancelled if the user leaves.
func PickCompany(ctx context.Context, companies []conviso.Company, o Options) (conviso.Company, error) {
	a := asker{out: output{w: o.Out, ascii: o.ASCII}, in: o.Input}
	a.out.line(fmt.Sprintf("The Conviso key sees %d companies. Which one do the assets go to?", len(companies)))
	for i, c := range companies {
		a.out.line(fmt.Sprintf("%d  %s", i+1, text.Join("  ", c.ID, c.Label)))
	}
	a.out.line("The table remembers the choice for this catalog; commands that import need CONVISO_COMPANY_ID.")
	for {
		answer, more, err := a.ask(ctx, "Number of the company, or q to leave:", false)
		switch {
		case err != nil:
			return conviso.Company{}, err
		case !more || strings.EqualFold(answer, "q"):
			return conviso.Company{}, intro.ErrCancelled
		}
		if at, ok := number(answer); ok && at <= len(companies) {
			return companies[at-1], nil
		}
		for _, c := range companies {
			if c.ID == answer {
				return c, nil
			}
		}
		a.out.line(fmt.Sprintf("That is none of the numbers 1 to %d.", len(companies)))
	}
}

type firstRun struct {
	asker

	setup  intro.Setup
	choice intro.Choice
}

// RunFirstRun asks for the demo or for a connection, which it tests. The choice is zero if the user leaves.
func RunFirstRun(ctx context.Context, s intro.Setup, o Options) (intro.Choice, error) {
	f := firstRun{asker: asker{out: output{w: o.Out, ascii: o.ASCII}, in: o.Input}, setup: s}
	f.choice.URL = s.URL
	f.out.line("Nothing is configured yet. Look around in the demo, or connect your own systems.")
	f.out.line("What you type stays in memory; nothing is written.")
	for {
		if more, err := f.questions(ctx); err != nil || !more {
			return intro.Choice{}, err
		}
		if f.choice.Demo || f.test(ctx) {
			return f.choice, ctx.Err()
		}
		if ctx.Err() != nil {
			return intro.Choice{}, ctx.Err()
		}
	}
}

// questions asks for everything once and reports whether the user went on to the end.
func (f *firstRun) questions(ctx context.Context) (bool, error) {
	for asked := false; !asked || f.choice.URL == ""; asked = true {
		answer, more, err := f.ask(ctx, f.prompt(), false)
		switch {
		case err != nil || !more || strings.EqualFold(answer, "q"):
			return false, err
		case strings.EqualFold(answer, "demo"):
			f.choice = intro.Choice{Demo: true}
			return true, nil
		case answer != "":
			f.choice.URL = answer
		}
	}
	if more, err := f.secret(ctx, "Backstage token", "leaves it out", &f.choice.Token); err != nil || !more {
		return false, err
	}
	for {
		more, err := f.secret(ctx, "Conviso API key", "asks again", &f.choice.Key)
		if err != nil || !more || !f.choice.Key.IsZero() {
			return more, err
		}
	}
}

func (f *firstRun) prompt() string {
	if f.choice.URL == "" {
		return "demo for the demo, or the Backstage URL, or q to leave:"
	}
	return "Backstage URL; an empty line keeps " + f.choice.URL + "; demo for the demo, q to leave:"
}

func (f *firstRun) secret(ctx context.Context, what, empty string, into *secret.Secret) (bool, error) {
	if !into.IsZero() {
		empty = "keeps the one that you gave"
	}
	answer, more, err := f.ask(ctx, what+", not shown as you type; an empty line "+empty+":", true)
	if answer != "" {
		*into = secret.New(answer)
	}
	return more, err
}

func (f *firstRun) test(ctx context.Context) bool {
	f.out.line("Testing both systems.")
	type answer struct {
		side string
		err  error
	}
	answers := make(chan answer, 2)
	ask := func(side string, test func() error) {
		safego.Go(ctx, func() { answers <- answer{side, safego.Call(ctx, test)} })
	}
	c := f.choice
	ask("Backstage", func() error { return f.setup.TestCatalog(ctx, c.URL, c.Token) })
	ask("Conviso", func() error { return f.setup.TestPlatform(ctx, c.Key) })
	passed := true
	for range 2 {
		select {
		case a := <-answers:
			if a.err != nil {
				passed = false
				f.out.line("! " + a.side + ": " + text.Sentence(a.err.Error()))
				continue
			}
			f.out.line(a.side + ": ok.")
		case <-ctx.Done():
			return false
		}
	}
	return passed
}
