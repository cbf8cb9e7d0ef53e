// Package workspace turns a configuration into an engine: it decides the company, opens cache and
// queue, makes the clients, and keeps the small files of the state folder. Any number of
// workspaces may be open in a process. It must not know commands, flags or a terminal: who opens
// one says what was given and whom to ask.
package workspace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"conviso-importer/cache"
	"conviso-importer/catalog"
	"conviso-importer/catalog/backstage"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/home"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/sqlite"
	"conviso-importer/internal/config"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
)

// Options are what the configuration does not have.
type Options struct {
	Kinds         []string        // the first kinds in the catalog's list
	Offline, Demo bool            // Offline makes no requests. Demo reports that nothing real is read or written.
	Company       conviso.Company // Company overrides every other choice if it has an id
	Recall        Recall
	// Choose decides between several companies; nil where nobody can be asked.
	Choose    func(context.Context, []conviso.Company) (conviso.Company, error)
	UserAgent string                 // sent to both servers
	Log       *slog.Logger           // may be nil
	Hide      func(...secret.Secret) // Hide gets secrets that were read again; it may be nil
	MachineID string                 // the file with the machine's id; home.IDFile if empty
	// CacheBytes is the cache's budget in memory; cache.Options says what 0 is.
	CacheBytes int64
}

// Workspace is an engine for one catalog and one company.
type Workspace struct {
	Config  *config.Config
	Engine  *importer.Engine
	Notes   []string // printable sentences about a cache or queue that cannot be used
	NoQueue error    // why there is no queue, and importing fails; Notes have it too

	machine home.Machine
	home    *home.Home
	store   *cache.Store
	note    func() string // note returns damage of the queue's file, which may show while running; nil without a queue
	close   []func() error
}

// Open makes a request only where the company is unknown. Invalid settings are a *config.Problems.
func Open(ctx context.Context, c *config.Config, o Options) (*Workspace, error) {
	if err := c.Missing(config.Need{Catalog: true, Platform: !o.Offline}); err != nil {
		return nil, err
	}
	query, err := autoQuery(c, o.Kinds)
	if err != nil {
		return nil, err
	}
	w := &Workspace{Config: c, machine: home.This(cmp.Or(o.MachineID, home.IDFile), c.MachineID)}
	client, platform, err := clients(c, o)
	if err != nil {
		return nil, err
	}
	if unread := transport.UnreadBlocks(c.CAFile); unread != "" && !o.Offline {
		w.Notes = append(w.Notes, unread)
	}
	company, note, err := companyOf(ctx, c, platform, o)
	if err != nil {
		return nil, err
	}
	if note != "" {
		w.Notes = append(w.Notes, note)
	}
	instance := c.InstanceFor(company.ID)
	identity := importer.Identity{
		CatalogURL: c.Backstage.URL.String(), CatalogAppURL: c.Backstage.AppURL.String(),
		PlatformURL: address(c.Conviso.Base), PlatformAppURL: address(c.Conviso.AppURL),
		Company: company, Environment: c.Conviso.Environment, InstanceID: instance,
		Demo: o.Demo, Offline: o.Offline, ReadOnly: c.ReadOnly,
	}
	durable, lock := w.openFiles(ctx, identity, o)
	source := backstage.NewSource(client, w.store, c.Backstage.URL.String(), o.Kinds)
	if err := source.CheckKinds(ctx); err != nil {
		w.Close()
		return nil, problem("%w; write another one after --kind", err)
	}
	w.Engine = importer.NewEngine(importer.Config{
		Identity: identity,
		Store:    w.store, Catalog: source, Kinds: source.Kinds(),
		OfKinds:  func(kinds []string) importer.CatalogSource { return source.OfKinds(kinds) },
		Assets:   conviso.NewAssetSource(platform, w.store, address(c.Conviso.Base), company.ID),
		Platform: platform, Queue: durable, Lock: lock, Home: w.home,
		Mapping: mapping.Tables{Lifecycle: c.Conviso.Mapping.Lifecycle, Type: c.Conviso.Mapping.Type},
		Namer:   importer.Namer{ClashTemplate: c.Conviso.ClashName}, Sharing: importer.Sharing(c.Conviso.Sharing),
		Settle: c.Conviso.Settle, Sender: sender(), QueueKeep: c.Conviso.QueueKeep,
		AutoInterval: c.Conviso.AutoImport.Interval, AutoQuery: query, AutoMax: c.Conviso.AutoImport.MaxPerRun,
	})
	return w, nil
}

// Close waits, for seconds at most, for open requests, and closes everything in reverse order.
func (w *Workspace) Close() {
	if w.Engine != nil {
		w.Engine.Wait()
	}
	for i := len(w.close) - 1; i >= 0; i-- {
		_ = w.close[i]()
	}
}

// Unsaved returns why the next run will not find what this one reads, or nil.
func (w *Workspace) Unsaved() error { return w.store.Unsaved() }

// News returns the queue's note if it is not among Notes.
func (w *Workspace) News() string {
	if w.note == nil {
		return ""
	}
	note := safetext.Line(w.note())
	if slices.Contains(w.Notes, note) {
		return ""
	}
	return note
}

// autoQuery rejects every problem in auto-import's query, since nobody reviews its results.
func autoQuery(c *config.Config, kinds []string) (catalog.Query, error) {
	const setting = "conviso.autoImport.query"
	q := catalog.ParseQuery(c.Conviso.AutoImport.Query)
	var lines []string
	for _, problem := range q.Problems(kinds...) {
		lines = append(lines, setting+": "+problem.String())
	}
	if q.NeedsFacts() {
		lines = append(lines, setting+" cannot use status: or is:, since auto-import takes what is new; take them out")
	}
	if len(lines) > 0 {
		return q, &config.Problems{Sentences: lines}
	}
	return q, nil
}

// openFiles opens cache and queue in parallel: the first screen waits for both.
func (w *Workspace) openFiles(ctx context.Context, id importer.Identity, o Options) (queue.Queue, queue.Locker) {
	opened := make(chan struct{})
	safego.Go(ctx, func() {
		defer close(opened)
		w.store = cache.Open(w.Config.CacheDir, cache.Options{MaxBytes: o.CacheBytes})
		importer.ReadOpening(w.store, id, o.Kinds)
	})
	durable, lock := w.openQueue(id.Company.ID, id.InstanceID)
	<-opened
	w.close = append(w.close, w.store.Close)
	if problem := w.store.Problem(); problem != nil {
		w.Notes = append(w.Notes, problem.Error())
	}
	return durable, lock
}

// clients returns the HTTP clients, both nil offline.
func clients(c *config.Config, o Options) (*backstage.Client, *conviso.Client, error) {
	if o.Offline {
		return nil, nil, nil
	}
	client, err := backstage.NewClient(backstage.Options{Base: c.Backstage.URL, Token: c.Backstage.Token, Reread: o.reread(c.Backstage.TokenFile),
		TokenSetting: c.Backstage.TokenSetting, NoToken: c.Backstage.NoToken, Log: o.Log, CAFile: c.CAFile, UserAgent: o.UserAgent})
	if err != nil {
		return nil, nil, problem("%w", err)
	}
	platform, err := conviso.NewClient(conviso.Options{Base: c.Conviso.Base, Key: c.Conviso.Key, Reread: o.reread(c.Conviso.KeyFile),
		KeySetting: c.Conviso.KeySetting, Log: o.Log, CAFile: c.CAFile, UserAgent: o.UserAgent, Rate: c.Conviso.Rate})
	if err != nil {
		return nil, nil, problem("%w", err)
	}
	return client, platform, nil
}

// reread returns a function that reads a secret's file again, nil without a file.
func (o *Options) reread(path string) func() (secret.Secret, bool) {
	if path == "" {
		return nil
	}
	return func() (secret.Secret, bool) {
		fresh, err := config.ReadSecret(path)
		if err != nil {
			return secret.Secret{}, false
		}
		if o.Hide != nil {
			o.Hide(fresh)
		}
		return fresh, true
	}
}

func problem(format string, args ...any) error {
	return &config.Problems{Sentences: []string{fmt.Errorf(format, args...).Error()}}
}

// openQueue opens the queue; without one browsing still works.
func (w *Workspace) openQueue(company, instance string) (queue.Queue, queue.Locker) {
	if w.Config.StateDir == "" {
		err := errors.New("there is no folder for the queue, so nothing can be imported; set CONVISO_STATE_DIR")
		w.Notes, w.NoQueue = append(w.Notes, err.Error()), err
		return queue.None(err)
	}
	_, host, _ := strings.Cut(address(w.Config.Conviso.Base), "://")
	// The company's id may come from the platform and must not lead out of the folder.
	name := "queue-" + fileName(host) + "-" + fileName(company)
	opened, err := sqlite.OpenWith(w.Config.StateDir, name, instance, sqlite.Options{Outside: w.Config.CacheDir, Settle: w.Config.Conviso.Settle})
	if err != nil {
		w.Notes, w.NoQueue = append(w.Notes, safetext.Line(err.Error())), err
		return queue.None(err)
	}
	if note := opened.Note(); note != "" {
		w.Notes = append(w.Notes, safetext.Line(note))
	}
	w.note = opened.Note
	w.close = append(w.close, opened.Close)
	var turn *home.Turn
	if opened.OnNetwork() {
		turn = home.NewTurn(filepath.Join(w.Config.StateDir, name+".sender"))
	}
	w.home = home.New(opened, w.machine, turn)
	return opened, sqlite.NewLock(w.Config.StateDir, name)
}

// sender is who runs this, as far as the system says.
func sender() importer.Sender {
	var s importer.Sender
	s.Host, _ = os.Hostname()
	if me, err := user.Current(); err == nil {
		s.User = me.Username
	}
	return s
}

// fileName replaces characters that are not safe in file names.
func fileName(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
			return r
		}
		return '_'
	}, strings.ToLower(text))
}

func address(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}
