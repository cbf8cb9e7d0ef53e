package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/host"
	"conviso-importer/internal/workspace"
	"conviso-importer/ui"
)

// programName is what users type.
const programName = "conviso-importer"

// outside is the world around a table that draws on out.
func (a *app) outside(ctx context.Context, w *workspace.Workspace, made bool, out io.Writer) ui.Outside {
	b := host.Browser{System: runtime.GOOS, Getenv: os.Getenv}
	o := ui.Outside{
		Copy:       host.Clipboard{Out: bare(out), Getenv: os.Getenv}.Put,
		Open:       func(address string) error { return b.Open(ctx, address) },
		SavePlan:   func(p *importer.Plan) (string, error) { return savePlan(".", time.Now(), p) },
		Command:    a.command(w.Engine.Identity().Company.ID),
		Hyperlinks: host.KnowsLinks(os.Getenv),
	}
	if made {
		// The systems of a demo end with it: its files go with its folder, and no command
		// could reach them.
		o.SavePlan = func(p *importer.Plan) (string, error) {
			return savePlan(filepath.Dir(w.Config.StateDir), time.Now(), p)
		}
		o.Command = nil
	}
	return o
}

// command writes command lines that mean the same as this run to whoever pastes them: with its
// configuration files and company, and its kinds where no others are given. The environment is the
// user's own.
func (a *app) command(company string) func(kinds []string, args ...string) string {
	words := []string{programName}
	for _, file := range a.files {
		if path, err := filepath.Abs(file); err == nil {
			file = path
		}
		words = append(words, "--config", file)
	}
	if company != "" {
		words = append(words, "--company", company)
	}
	return func(kinds []string, args ...string) string {
		if kinds == nil {
			kinds = a.kinds
		}
		var choice []string
		if !slices.Equal(kinds, []string{catalog.DefaultKind}) {
			for _, kind := range kinds {
				choice = append(choice, "--kind", kind)
			}
		}
		quoted := make([]string, 0, len(words)+len(choice)+len(args))
		for _, word := range slices.Concat(words, choice, args) {
			quoted = append(quoted, shellWord(word))
		}
		return strings.Join(quoted, " ")
	}
}
