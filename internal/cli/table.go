package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/charmbracelet/x/term"

	"conviso-importer/catalog"
	"conviso-importer/catalog/backstage"
	"conviso-importer/conviso"
	"conviso-importer/internal/config"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
	"conviso-importer/internal/workspace"
	"conviso-importer/ui"
	"conviso-importer/ui/intro"
	"conviso-importer/ui/lines"
)

func (a *app) runTable(ctx context.Context) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	c, err := a.load()
	if err != nil {
		return err
	}
	if c.Backstage.URL == nil && c.Conviso.Key.IsZero() && !a.offline {
		return a.firstRun(ctx, c)
	}
	return a.table(ctx, c, false)
}

func (a *app) needTerminal() error {
	if a.lineMode() || a.onTerminal() {
		return nil
	}
	return usage("the table needs a terminal; use conviso-importer list and conviso-importer import in scripts, " +
		"or set ACCESSIBLE=1 for a mode that reads and writes lines")
}

// table runs a session, and another one each time the user switches the company.
func (a *app) table(ctx context.Context, c *config.Config, made bool) error {
	var before ui.Outcome
	for {
		outcome, err := a.oneTable(ctx, c, made, before)
		if err != nil || outcome.Company.ID == "" {
			return err
		}
		a.switched, before = outcome.Company, outcome
	}
}

// gcPercent is lower than Go's default: the lists hold few pointers, so collecting is cheap.
const gcPercent = 35

// processors is the least GOMAXPROCS: key presses come sooner while lists are decoded.
const processors = 4

// oneTable runs one session, with the filter of the one before.
func (a *app) oneTable(ctx context.Context, c *config.Config, made bool, before ui.Outcome) (ui.Outcome, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(processors, runtime.GOMAXPROCS(0))))
	// Lines that come through a pipe may be a script's.
	recall := workspace.RecallNothing
	if a.onTerminal() {
		recall = workspace.RecallForView
	}
	w, err := a.open(ctx, c, made, recall, func(ctx context.Context, companies []conviso.Company) (conviso.Company, error) {
		if a.lineMode() {
			return lines.PickCompany(ctx, companies, a.lineOptions(ctx, a.tableOptions(c, nil)))
		}
		return ui.PickCompany(ctx, companies, a.tableOptions(c, nil))
	})
	if err != nil {
		return ui.Outcome{}, err
	}
	defer w.Close()
	o := a.tableOptions(c, w.Notes)
	o.Outside = a.outside(ctx, w, made, o.Out)
	if !made {
		filters := workspace.OpenFilters(c.StateDir)
		o.Filters, o.KeepFilter = filters.Read(), filters.Keep
	}
	if before.Company.ID != "" {
		w.Engine.UseKinds(before.Kinds)
		o.Filter, o.Words = before.Filter, []string{workspace.SwitchText(c, before.Company)}
	}
	outcome, err := a.show(ctx, w, o)
	// The screen is restored here.
	_, _ = fmt.Fprint(a.out, outcome.Text)
	if news := w.News(); news != "" {
		a.notef("%s", news)
	}
	return outcome, err
}

func (a *app) tableOptions(c *config.Config, notes []string) ui.Options {
	o := ui.Options{In: a.end.Input(a.in), Out: a.canvas(os.Getenv), NoColor: c.NoColor, Rows: a.rows, Mouse: a.mouse, Version: version,
		CacheTTL: c.CacheTTL, Notes: notes, OnScreen: a.onScreen, Export: export, Sized: sized(os.Getenv)}
	o.ASCII = a.asciiOnly()
	if terminal, ok := o.Out.(interface{ Fd() uintptr }); ok {
		// The first frame need not wait for a size report.
		if w, h, err := term.GetSize(terminal.Fd()); err == nil {
			o.Width, o.Height = o.Sized(w, h)
		}
	}
	if a.jobs != nil {
		o.Suspend, o.Jobs = a.jobs.Stop, a.jobs.Asked()
	}
	return o
}

func (a *app) onScreen(shown bool) {
	a.end.OnScreen(shown)
	if a.jobs != nil {
		a.jobs.OnScreen(shown)
	}
}

// firstRun asks for the demo or for credentials, which stay in memory, and prints how to keep them.
func (a *app) firstRun(ctx context.Context, c *config.Config) error {
	choice, err := a.askFirst(ctx, intro.Setup{
		TestCatalog: func(ctx context.Context, url string, token secret.Secret) error {
			a.end.Hide(token)
			return a.testCatalog(ctx, c, url, token)
		},
		TestPlatform: func(ctx context.Context, key secret.Secret) error {
			a.end.Hide(key)
			return a.testPlatform(ctx, c, key)
		},
	}, a.tableOptions(c, nil))
	switch {
	case err != nil:
		return err
	case choice.Demo:
		return a.demo(ctx, demo.DefaultEntities)
	case choice.URL == "":
		return nil
	}
	if err := adopt(c, choice.URL, choice.Token, choice.Key); err != nil {
		return err
	}
	err = a.table(ctx, c, false)
	kept := []string{"", "To keep these settings, put this into your shell's profile:",
		"  export BACKSTAGE_URL=" + shellWord(choice.URL)}
	if !choice.Token.IsZero() {
		kept = append(kept, "  export BACKSTAGE_TOKEN=… (your token)")
	}
	kept = append(kept, "  export CONVISO_API_KEY=… (your key)", "")
	_, _ = fmt.Fprint(a.out, a.toASCII(strings.Join(kept, "\n")))
	return err
}

// shellWord quotes a word for a POSIX shell if needed.
func shellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/.-_") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func adopt(c *config.Config, address string, token, key secret.Secret) error {
	base, err := transport.ParseBase(address)
	if err != nil {
		return usage("the Backstage URL %w", err)
	}
	c.Backstage.URL = base
	if c.Backstage.AppURL == nil {
		c.Backstage.AppURL = base
	}
	c.Backstage.Token, c.Conviso.Key = token, key
	c.Backstage.TokenFile, c.Conviso.KeyFile = "", ""
	c.Backstage.TokenSetting, c.Conviso.KeySetting = "", ""
	return nil
}

// testCatalog reads one entity to check address and token.
func (a *app) testCatalog(ctx context.Context, c *config.Config, address string, token secret.Secret) error {
	base, err := transport.ParseBase(address)
	if err != nil {
		return fmt.Errorf("the Backstage URL %w", err)
	}
	client, err := backstage.NewClient(backstage.Options{Base: base, Token: token, TokenSetting: "the token", Log: a.log.logger(), CAFile: c.CAFile, UserAgent: userAgent()})
	if err != nil {
		return err
	}
	_, err = client.ByRefs(ctx, []catalog.Ref{catalog.NewRef(catalog.DefaultKind, "", "conviso-importer")})
	return err
}

// testPlatform reads the companies to check the key.
func (a *app) testPlatform(ctx context.Context, c *config.Config, key secret.Secret) error {
	if c.Conviso.Base == nil {
		return errors.New("CONVISO_API_BASE is not set, which CONVISO_ENVIRONMENT local needs; set it and start again")
	}
	platform, err := conviso.NewClient(conviso.Options{Base: c.Conviso.Base, Key: key, KeySetting: "the key", Log: a.log.logger(), CAFile: c.CAFile, UserAgent: userAgent(), Rate: c.Conviso.Rate})
	if err != nil {
		return err
	}
	companies, err := platform.Companies(ctx)
	if err == nil && len(companies) == 0 {
		return errors.New("the key sees no company; ask for access to one, or use another key")
	}
	return err
}
