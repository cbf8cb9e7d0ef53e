package demo

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"conviso-importer/internal/secret"
)

// The default and the maximum number of Components.
const (
	DefaultEntities = 240
	MaxEntities     = 1_000_000
)

// Options configure Start.
type Options struct {
	Entities int // the number of Components, 1 to MaxEntities; 0 means DefaultEntities
	Seed     uint64
	// Imported is how many components are imported, the first ones; 0 means about a quarter of them.
	Imported int
	Now      func() time.Time // the clock of both servers; nil means time.Now
	// Still is for tests: nothing appears, responses have no latency, and accepted projects are assets at once.
	Still     bool
	Companies []Company // those that the key sees besides company 1042, which has the assets
}

// World is a catalog and a platform on loopback, with the addresses and credentials for a
// client. The credentials are random and open nothing else.
type World struct {
	CatalogURL, PlatformURL string
	Token, Key              secret.Secret
	CompanyID               string
	Catalog                 *Catalog
	Platform                *Platform

	servers []*http.Server
	serving sync.WaitGroup
}

// Start creates a world and listens. The caller closes it.
func Start(o Options) (*World, error) {
	w, err := NewWorld(o)
	if err != nil {
		return nil, err
	}
	if err := w.Listen(w.Catalog, w.Platform); err != nil {
		return nil, err
	}
	return w, nil
}

// NewWorld creates a world in which a part of the catalog is imported, a few entities will be refused,
// some share a name, and new ones appear from time to time. It does not listen yet.
func NewWorld(o Options) (*World, error) {
	if o.Entities == 0 {
		o.Entities = DefaultEntities
	}
	if o.Entities < 0 || o.Entities > MaxEntities {
		return nil, fmt.Errorf("the demo has 1 to %d entities, not %d; choose a number in between", MaxEntities, o.Entities)
	}
	w := &World{Token: secret.New("demo-" + rand.Text()), Key: secret.New("demo-" + rand.Text()), CompanyID: "1042"}
	catalog := CatalogOptions{Entities: o.Entities, Seed: o.Seed, Token: w.Token, Now: o.Now}
	platform := PlatformOptions{Key: w.Key, Now: o.Now, Reject: RejectNames(refusals()), RateLimit: 1200}
	if len(o.Companies) > 0 {
		platform.Companies = append([]Company{{ID: w.CompanyID, Label: "Acme Bank"}}, o.Companies...)
	}
	if !o.Still {
		catalog.AppearFirst, catalog.AppearEvery, catalog.AppearLimit = 20*time.Second, 45*time.Second, 40
		catalog.Latency, platform.Latency = 30*time.Millisecond, 120*time.Millisecond
		platform.MinDelay, platform.MaxDelay = 1500*time.Millisecond, 4*time.Second
	}
	w.Catalog, w.Platform = NewCatalog(catalog), NewPlatform(platform)
	w.Platform.AddAssets(w.CompanyID, w.Catalog.imported(o.Imported, w.Catalog.now().Add(-72*time.Hour))...)
	return w, nil
}

// Listen serves both handlers on loopback: the world's own, or wrappers. After an error it does not listen.
func (w *World) Listen(catalog, platform http.Handler) (err error) {
	if w.CatalogURL, err = w.listen(catalog); err == nil {
		w.PlatformURL, err = w.listen(platform)
	}
	if err != nil {
		return errors.Join(err, w.Close())
	}
	return nil
}

func (w *World) listen(h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("open a port on loopback for the demo: %w", err)
	}
	// Do not log to standard error, where the table is drawn.
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	w.servers = append(w.servers, server)
	w.serving.Go(func() {
		// Serve returns an error after Close.
		_ = server.Serve(l)
	})
	return "http://" + l.Addr().String(), nil
}

// Close stops both servers and cancels their requests.
func (w *World) Close() error {
	errs := make([]error, 0, len(w.servers))
	for _, s := range w.servers {
		errs = append(errs, s.Close())
	}
	w.serving.Wait()
	return errors.Join(errs...)
}

// refusals maps the names of refused components to reasons.
func refusals() map[string]string {
	return map[string]string{
		"payment-settlement":   "tags has invalid value",
		"invoice-worker":       "name has already been taken",
		"warehouse-reports":    "description is too long (maximum is 1000 characters)",
		"payment-settlement-2": "tags has invalid value",
	}
}

// imported returns the assets of earlier imports: of the first components, or of about a quarter of the catalog,
// none of those that are refused, and one for a name that several entities share.
func (c *Catalog) imported(first int, at time.Time) []Asset {
	var assets []Asset
	refused, gen := refusals(), c.contents.gen
	for i := range gen.components {
		var e Entity
		gen.nameComponent(&e, i)
		clash := slices.Contains([]string{"payment-ledger", "checkout-api"}, e.Name)
		if clash && e.Namespace == "legacy" {
			continue
		}
		takes := i < first || first == 0 && mix(gen.seed+1, uint64(i))%4 == 0
		if _, bad := refused[e.Name]; bad || !clash && !takes {
			continue
		}
		assets = append(assets, Asset{Name: e.Name, AssetType: "api", LifeCycle: "production", CreatedAt: at,
			project: e.Kind + ":" + e.Namespace + "/" + e.Name})
	}
	return append(assets, Asset{Name: "mainframe-scan", AssetType: "legacy", Integration: "Conviso_Scanner", CreatedAt: at})
}
