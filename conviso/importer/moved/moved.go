// Package moved asks the platform by name for what a list may lack that moved while it was read. It must not know
// how a status is decided, or what follows from an answer.
package moved

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"conviso-importer/conviso"
	"conviso-importer/internal/safego"
)

const (
	// MaxAsked bounds the look-ups for one list, askers those at a time.
	MaxAsked = 200
	askers   = 8
)

// Platform looks assets up by name; see conviso.Client.
type Platform interface {
	AssetsNamed(ctx context.Context, companyID, name string) (found []conviso.Asset, all bool, err error)
}

// Left returns how many names may still be asked for besides a list.
func Left(list *conviso.AssetSet) int { return MaxAsked - list.WasAsked() }

// Ask asks for names that a list lacks, as many as may be, and returns the list with the answers. It is best effort:
// an error ends it, and what was answered before counts.
func Ask(ctx context.Context, p Platform, companyID string, list *conviso.AssetSet, names []string) *conviso.AssetSet {
	var (
		mu    sync.Mutex
		all   []conviso.Asset
		lacks = map[string]bool{}
	)
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(askers)
	for _, name := range names[:max(0, min(len(names), Left(list)))] {
		group.Go(safego.Func(asking, func() error {
			found, whole, err := p.AssetsNamed(asking, companyID, name)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, found...)
			// Where the platform finds more than it shows, the asset may be among the rest.
			lacks[conviso.NameKey(name)] = whole
			return nil
		}))
	}
	_ = group.Wait()
	if len(lacks) == 0 {
		return list
	}
	return list.Asked(all, lacks)
}
