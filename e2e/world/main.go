// Command world runs the demo's catalog and platform by themselves and prints the settings
// that lead to them, so that the program can be tried by hand as on real systems: with a
// restart, with a platform that goes down, from several terminals.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"conviso-importer/internal/demo"
)

func main() {
	entities := flag.Int("entities", demo.DefaultEntities, "how many components the catalog has")
	imported := flag.Int("imported", 0, "how many of them are imported, the first ones; 0 means about a quarter")
	finished := flag.String("finished", "", "a state folder to fill with a queue that has imported them")
	companies := flag.Int("companies", 1, "how many companies the key sees")
	empty := flag.Bool("empty", false, "the platform has no assets and refuses nothing, and the catalog stays as it is")
	latency := flag.Duration("latency", 0, "with -empty, how long each request takes")
	flag.Parse()
	var more []demo.Company
	for i := 1; i < *companies; i++ {
		more = append(more, demo.Company{ID: fmt.Sprint(2000 + i), Label: fmt.Sprintf("Branch %d", i)})
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	start := demo.Start
	if *empty {
		start = func(o demo.Options) (*demo.World, error) { return startEmpty(o, *latency) }
	}
	w, err := start(demo.Options{Entities: *entities, Imported: *imported, Companies: more})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *finished != "" {
		if err := fill(ctx, w, *finished); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	// The credentials were made up a moment ago and open nothing but this process.
	fmt.Printf("export BACKSTAGE_URL=%s BACKSTAGE_TOKEN=%s\n", w.CatalogURL, w.Token.Reveal())
	fmt.Printf("export CONVISO_ENVIRONMENT=local CONVISO_API_BASE=%s CONVISO_API_KEY=%s\n", w.PlatformURL, w.Key.Reveal())
	<-ctx.Done()
	seen := w.Platform.Imports()
	fmt.Fprintf(os.Stderr, "%d projects arrived\n", len(seen.Deliveries))
	_ = w.Close()
}

// startEmpty starts a world for measurements of large imports.
func startEmpty(o demo.Options, latency time.Duration) (*demo.World, error) {
	o.Still = true
	w, err := demo.NewWorld(o)
	if err != nil {
		return nil, err
	}
	w.Catalog = demo.NewCatalog(demo.CatalogOptions{Entities: o.Entities, Token: w.Token, Latency: latency})
	w.Platform = demo.NewPlatform(demo.PlatformOptions{Key: w.Key, RateLimit: 1200, Latency: latency,
		Companies: append([]demo.Company{{ID: w.CompanyID, Label: "Acme Bank"}}, o.Companies...)})
	return w, w.Listen(w.Catalog, w.Platform)
}
