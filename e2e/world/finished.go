package main

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"conviso-importer/conviso/importer/queue/queuetest"
	"conviso-importer/conviso/importer/queue/sqlite"
	"conviso-importer/internal/config"
	"conviso-importer/internal/demo"
)

// fill makes a queue in a state folder as the program would have left it that has imported what a world's
// platform has.
func fill(ctx context.Context, w *demo.World, dir string) error {
	catalog, err := url.Parse(w.CatalogURL)
	if err != nil {
		return err
	}
	instance := (&config.Config{Backstage: config.Backstage{AppURL: catalog}}).InstanceFor(w.CompanyID)
	host := strings.ReplaceAll(strings.TrimPrefix(w.PlatformURL, "http://"), ":", "_")
	q, err := sqlite.Open(dir, "queue-"+host+"-"+w.CompanyID, instance)
	if err != nil {
		return err
	}
	return errors.Join(queuetest.Fill(ctx, q, queuetest.Finished(instance, w.Platform.Assets(w.CompanyID))), q.Close())
}
