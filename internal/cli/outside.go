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

const programName = "conviso-importer"

func (a *app) outside(ctx context.Context, w *workspace.Workspace, made bool, out io.Writer) ui.Outside {
	dir := "."
	if made {
		// A demo's state ends with it, and no command could reach its servers.
		dir = filepath.Dir(w.Config.StateDir)
	}
	b := host.Browser{System: runtime.GOOS, Getenv: os.Getenv}
	o := ui.Outside{
		Copy:       host.Clipboard{Out: bare(out), Getenv: os.Getenv}.Put,
		Open:       func(address string) error { return b.Open(ctx, address) },
		SavePlan:   func(p *importer.Plan) (string, error) { return savePlan(dir, time.Now(), p) },
		Hyperlinks: host.KnowsLinks(os.Getenv),
	}
	if !made {
		o.Command = a.command(w.Engine.Identity().Company.ID)
	}
	return o
}

// command builds command lines for this run's files, company and, where kinds is nil, kinds.
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
