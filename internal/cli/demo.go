package cli

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/internal/config"
	"conviso-importer/internal/demo"
)

func (a *app) demoCommand() *cobra.Command {
	var entities int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open the table on a made-up catalog and platform in this process",
		Long: `Open the table on a catalog and a platform that run in this process and listen on loopback
alone. Nothing real is read or written, and what it keeps is in a temporary folder that goes
when you leave. New entities appear now and then, so that auto-import has something to do.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if entities < 1 || entities > demo.MaxEntities {
				return usage("--entities must be from 1 to %d", demo.MaxEntities)
			}
			if err := a.needTerminal(); err != nil {
				return err
			}
			return a.demo(cmd.Context(), entities)
		},
	}
	cmd.Flags().IntVar(&entities, "entities", demo.DefaultEntities, "the catalog has `N` components")
	return cmd
}

func (a *app) demo(ctx context.Context, entities int) error {
	if err := enoughFiles(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "conviso-importer-demo-")
	if err != nil {
		return fmt.Errorf("the demo needs a temporary folder: %w; set TMPDIR to one that exists", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	w, err := demo.Start(demo.Options{Entities: entities})
	if err != nil {
		return err
	}
	defer func() { _ = w.Close() }()
	a.end.Hide(w.Token, w.Key)
	c, err := demoConfig(w, dir)
	if err != nil {
		return err
	}
	c.NoColor, c.ReadOnly = a.noColor || noColorSet(), a.readOnly
	return a.table(ctx, c, true)
}

func demoConfig(w *demo.World, dir string) (*config.Config, error) {
	catalogURL, err := url.Parse(w.CatalogURL)
	if err != nil {
		return nil, err
	}
	platformURL, err := url.Parse(w.PlatformURL)
	if err != nil {
		return nil, err
	}
	c := &config.Config{CacheTTL: 24 * time.Hour, CacheDir: filepath.Join(dir, "cache"), StateDir: filepath.Join(dir, "state")}
	c.Backstage = config.Backstage{URL: catalogURL, AppURL: catalogURL, Token: w.Token}
	c.Conviso = config.Conviso{Key: w.Key, CompanyID: w.CompanyID, Environment: config.Local, Base: platformURL, AppURL: platformURL,
		Rate: 1000, Settle: 20 * time.Second,
		AutoImport: config.AutoImport{MaxPerRun: 200, Interval: time.Minute}}
	return c, nil
}
