package cli

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"conviso-importer/cache"
	"conviso-importer/catalog/backstage"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/sqlite"
	"conviso-importer/internal/config"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
)

// session is an engine on one catalog and one company, with what has to be closed after it.
type session struct {
	config *config.Config
	engine *importer.Engine
	store  *cache.Store
	// notes are sentences that the front end shows: a cache or queue that cannot be used.
	notes []string
	// note is what the queue says of its file now, which may be news: damage can show itself
	// while a command runs. Nil where there is no queue.
	note func() string
	// noQueue is why there is no queue, which the notes say; nil where there is one.
	noQueue error
	close   []func() error
}

// needQueue is the error of commands that import, where there is no place for the queue. It
// is a matter of configuration and has been said among the notes.
func (s *session) needQueue() error {
	if s.noQueue == nil {
		return nil
	}
	return &exitError{code: exitUsage}
}

// Close waits for what is on its way, which takes seconds at most, and closes what the session
// opened, the newest first.
func (s *session) Close() {
	s.engine.Wait()
	for i := len(s.close) - 1; i >= 0; i-- {
		_ = s.close[i]()
	}
}

// chooser decides between several companies; nil where nobody can be asked.
type chooser func(context.Context, []conviso.Company) (conviso.Company, error)

// open turns a configuration into a session. It sends nothing; it asks the platform only
// where the company is not known.
func (a *app) open(ctx context.Context, c *config.Config, demo bool, choose chooser) (*session, error) {
	if err := c.Missing(config.Need{Catalog: true, Platform: !a.offline}); err != nil {
		return nil, err
	}
	query, err := autoQuery(c)
	if err != nil {
		return nil, err
	}
	s := &session{config: c}
	client, platform, err := a.clients(c)
	if err != nil {
		return nil, err
	}
	company, err := a.companyOf(ctx, c, platform, choose)
	if err != nil {
		return nil, err
	}
	instance := c.InstanceFor(company.ID)
	identity := importer.Identity{
		CatalogURL: c.Backstage.URL.String(), CatalogAppURL: c.Backstage.AppURL.String(),
		PlatformURL: address(c.Conviso.Base), PlatformAppURL: address(c.Conviso.AppURL),
		Company: company, Environment: c.Conviso.Environment, InstanceID: instance,
		Demo: demo, Offline: a.offline, ReadOnly: c.ReadOnly,
	}
	queue, lock := s.openFiles(ctx, c, identity, a.kinds)
	source := backstage.NewSource(client, s.store, c.Backstage.URL.String(), a.kinds)
	s.engine = importer.NewEngine(importer.Config{
		Identity: identity,
		Store:    s.store, Catalog: source, Kinds: source.Kinds(),
		OfKinds:  func(kinds []string) importer.CatalogSource { return source.OfKinds(kinds) },
		Assets:   conviso.NewAssetSource(platform, s.store, address(c.Conviso.Base), company.ID),
		Platform: platform, Queue: queue, Lock: lock,
		Mapping: importer.Mapping{Lifecycle: c.Conviso.Mapping.Lifecycle, Type: c.Conviso.Mapping.Type},
		Namer:   importer.Namer{ClashTemplate: c.Conviso.ClashName},
		Settle:  c.Conviso.Settle, AutoInterval: c.Conviso.AutoImport.Interval, AutoQuery: query, AutoMax: c.Conviso.AutoImport.MaxPerRun,
	})
	return s, nil
}

// openFiles opens the cache and the queue side by side: the first screen waits for both.
func (s *session) openFiles(ctx context.Context, c *config.Config, id importer.Identity, kinds []string) (queue.Queue, queue.Locker) {
	opened := make(chan struct{})
	safego.Go(ctx, func() {
		defer close(opened)
		s.store = cache.Open(c.CacheDir, cache.Options{})
		importer.ReadOpening(s.store, id, kinds)
	})
	durable, lock := s.openQueue(c, id.Company.ID, id.InstanceID)
	<-opened
	s.close = append(s.close, s.store.Close)
	if problem := s.store.Problem(); problem != nil {
		s.notes = append(s.notes, problem.Error())
	}
	return durable, lock
}

// clients returns the two HTTP clients, both nil offline.
func (a *app) clients(c *config.Config) (*backstage.Client, *conviso.Client, error) {
	if a.offline {
		return nil, nil, nil
	}
	client, err := backstage.NewClient(backstage.Options{Base: c.Backstage.URL, Token: c.Backstage.Token, Reread: a.reread(c.Backstage.TokenFile), TokenSetting: c.Backstage.TokenSetting,
		Log: a.log.logger(), CAFile: c.CAFile, UserAgent: userAgent()})
	if err != nil {
		return nil, nil, &exitError{code: exitUsage, err: err}
	}
	platform, err := conviso.NewClient(conviso.Options{Base: c.Conviso.Base, Key: c.Conviso.Key, Reread: a.reread(c.Conviso.KeyFile), KeySetting: c.Conviso.KeySetting,
		Log: a.log.logger(), CAFile: c.CAFile, UserAgent: userAgent(), Rate: c.Conviso.Rate})
	if err != nil {
		return nil, nil, &exitError{code: exitUsage, err: err}
	}
	return client, platform, nil
}

// openQueue opens the queue of a platform and company. Where there is no place for it,
// browsing works and importing is refused with the reason.
func (s *session) openQueue(c *config.Config, company, instance string) (queue.Queue, queue.Locker) {
	if c.StateDir == "" {
		err := fmt.Errorf("there is no folder for the queue, so nothing can be imported; set CONVISO_STATE_DIR")
		s.notes, s.noQueue = append(s.notes, err.Error()), err
		return queue.None(err)
	}
	_, host, _ := strings.Cut(address(c.Conviso.Base), "://")
	// The company's id may be the platform's word, which must not lead out of the folder.
	name := "queue-" + fileName(host) + "-" + fileName(company)
	opened, err := sqlite.Open(c.StateDir, name, instance)
	if err != nil {
		s.notes, s.noQueue = append(s.notes, safetext.Line(err.Error())), err
		return queue.None(err)
	}
	if note := opened.Note(); note != "" {
		s.notes = append(s.notes, safetext.Line(note))
	}
	s.note = opened.Note
	s.close = append(s.close, opened.Close)
	return opened, sqlite.NewLock(c.StateDir, name)
}

// fileName makes text fit for a part of a file's name.
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

// withSession runs a command that needs a session and no screen.
func (a *app) withSession(ctx context.Context, run func(*session) error) error {
	c, err := a.load()
	if err != nil {
		return err
	}
	s, err := a.open(ctx, c, false, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, note := range s.notes {
		a.say("%s", note)
	}
	err = run(s)
	if news := s.news(); news != "" {
		a.say("%s", news)
	}
	return err
}

// news is what the queue has to say that was not among the notes at the start.
func (s *session) news() string {
	if s.note == nil {
		return ""
	}
	note := safetext.Line(s.note())
	if slices.Contains(s.notes, note) {
		return ""
	}
	return note
}

// say prints a line of progress or a message for people to standard error.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintln(a.err, a.plainly("conviso-importer: "+fmt.Sprintf(format, args...)))
}
