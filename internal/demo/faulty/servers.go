package faulty

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"conviso-importer/internal/demo"
)

// Catalog is a demo.Catalog with scripted faults and recorded requests.
type Catalog struct {
	*demo.Catalog
	recorder

	starting atomic.Bool
}

// NewCatalog returns a catalog.
func NewCatalog(o demo.CatalogOptions) *Catalog {
	return &Catalog{Catalog: demo.NewCatalog(o), recorder: newRecorder(o.Now)}
}

// SetStarting imitates a Backstage that listens but has not mounted its plugins.
func (c *Catalog) SetStarting(starting bool) { c.starting.Store(starting) }

// ServeHTTP implements http.Handler.
func (c *Catalog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.serve(w, r, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !c.starting.Load():
			c.Catalog.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, "/.backstage/health/"):
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `{"message":"Backend has not started yet","status":"error"}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
}

// Platform is a demo.Platform with scripted faults and recorded requests.
type Platform struct {
	*demo.Platform
	recorder
}

// NewPlatform returns a platform.
func NewPlatform(o demo.PlatformOptions) *Platform {
	return &Platform{Platform: demo.NewPlatform(o), recorder: newRecorder(o.Now)}
}

// ServeHTTP implements http.Handler.
func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Faults have the platform's date, as its responses do.
	w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
	p.serve(w, r, p.Platform.ServeHTTP)
}

// World is a demo.World with faulty servers.
type World struct {
	*demo.World

	Catalog  *Catalog
	Platform *Platform
}

// Start creates a world and listens. The caller closes it.
func Start(o demo.Options) (*World, error) {
	w, err := demo.NewWorld(o)
	if err != nil {
		return nil, err
	}
	f := &World{World: w, Catalog: &Catalog{Catalog: w.Catalog, recorder: newRecorder(o.Now)},
		Platform: &Platform{Platform: w.Platform, recorder: newRecorder(o.Now)}}
	if err := w.Listen(f.Catalog, f.Platform); err != nil {
		return nil, err
	}
	return f, nil
}
