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

	"conviso-importer/internal/demo"
)

func main() {
	entities := flag.Int("entities", demo.DefaultEntities, "how many components the catalog has")
	companies := flag.Int("companies", 1, "how many companies the key sees")
	flag.Parse()
	var more []demo.Company
	for i := 1; i < *companies; i++ {
		more = append(more, demo.Company{ID: fmt.Sprint(2000 + i), Label: fmt.Sprintf("Branch %d", i)})
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	w, err := demo.Start(demo.Options{Entities: *entities, Companies: more})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The credentials were made up a moment ago and open nothing but this process.
	fmt.Printf("export BACKSTAGE_URL=%s BACKSTAGE_TOKEN=%s\n", w.CatalogURL, w.Token.Reveal())
	fmt.Printf("export CONVISO_ENVIRONMENT=local CONVISO_API_BASE=%s CONVISO_API_KEY=%s\n", w.PlatformURL, w.Key.Reveal())
	<-ctx.Done()
	_ = w.Close()
}
