package session

import (
	"context"
	"errors"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/home"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// Task is slow work outside the front end's loop; the loop calls take, which may be nil, with its result.
type Task = func(ctx context.Context) (take func())

// Front is a front end. Its methods are called in its own loop.
type Front interface {
	Run(t Task)
	Notify(n Notice)
	Changed(e Event)
}

// Event is a change of a session.
type Event int

// The events: Known was replaced; a job began; it ended.
const (
	Updated Event = iota
	JobBegan
	JobEnded
)

// Topic is the subject of a notice. Only the latest notice of a topic matters.
type Topic int

// The topics.
const (
	AboutKey   Topic = iota // the last key or command
	AboutStart              // problems found at the start of the program; the one topic with several notices
	AboutMarks
	AboutCatalog
	AboutAssets
	AboutShrunk // lists that are not believed
	AboutCopied // a queue of another machine
	AboutQueue
	AboutImport
	AboutAuto
	AboutUnfinished // an offer to finish an earlier run
	AboutLate       // what an earlier run sent and nothing waits for any more
	AboutFilter     // parts of the filter that may mean something else
	AboutExport
	AboutLog // what the log has as well
)

// Notice is a message to the user.
type Notice struct {
	About   Topic
	Trouble bool
	Text    string // a sentence, safe to show; empty ends the topic
	Renews  bool   // updates a notice on show; not worth showing again otherwise
}

// Phrases are the front end's parts of sentences: how to continue after trouble, resume an unfinished import
// or show that of another process, accept a list that shrank, adopt a copied queue, and the beginning and the end, after failures, of an
// import's result.
type Phrases struct{ GoOn, Resume, Show, Accept, Adopt, Finished, Failed string }

// Session is what one person at work knows and decides. The front end's loop owns it.
type Session struct {
	ID importer.Identity
	// Known is the latest update; its View is never nil.
	Known importer.Update
	// Shown is what the list shows and what marks refer to.
	Shown      ViewState
	Marks      Marks
	Job        Job
	Flow       Flow
	Auto       Auto
	Connection Connection
	Log        Log

	ctx     context.Context
	engine  Engine
	front   Front
	phrases Phrases
	now     func() time.Time
	monitor *importer.Monitor
	waiting []waiting         // for the queue to reach a change
	others  string            // what was said of entities of other kinds
	copied  *home.CopiedError // nil for a queue that is at home here
}

// New returns an empty session that ends with ctx.
func New(ctx context.Context, e Engine, f Front, p Phrases, now func() time.Time) *Session {
	s := &Session{ID: e.Identity(), ctx: ctx, engine: e, front: f, phrases: p, now: now, monitor: importer.NewMonitor(ctx, e, now)}
	s.Known = s.monitor.Now()
	return s
}

// Start reads the disk, then the network.
func (s *Session) Start() {
	s.monitor.Start()
	s.lookAtHome()
	s.follow()
}

func (s *Session) follow() {
	after := s.Known.Seq
	s.front.Run(func(ctx context.Context) func() {
		u, err := s.monitor.Next(ctx, after)
		if err != nil {
			return nil
		}
		return func() {
			s.updated(u)
			s.follow()
		}
	})
}

// Items returns the queue, but for what was finished before; see Item.
func (s *Session) Items() map[catalog.Ref]importer.Item { return s.Known.View.Items }

// Item returns what the queue has of an entity, finished or not.
func (s *Session) Item(ref catalog.Ref) (importer.Item, bool) { return s.Known.View.Item(ref) }

// Kinds returns the kinds of the list.
func (s *Session) Kinds() []string { return s.Known.View.Kinds }

// Left returns what is unsettled in the queue.
func (s *Session) Left() Left { return Left{s.Known.Unsettled} }

// Unable returns why nothing can be sent, or empty.
func (s *Session) Unable() string { return Unable(s.ID) }

// NoSwitch returns why the company cannot be changed now, or empty.
func (s *Session) NoSwitch() string {
	switch {
	case s.ID.Offline:
		return "offline: run it without --offline to change the company."
	case s.Job.Sends && s.Left().Unfinished() > 0:
		return "an import is under way. The company can be changed when it has ended, or in a new window."
	}
	return ""
}

// ReadCompanies reads the companies that the key sees.
func (s *Session) ReadCompanies(take func(list []conviso.Company, err error)) {
	s.front.Run(func(ctx context.Context) func() {
		list, err := s.engine.Companies(ctx)
		return func() { take(list, err) }
	})
}

// UseKinds replaces the kinds of the list: cached entities first, then the catalog's. It unmarks other kinds,
// since an import sends only what can be listed; their undo steps stay. answer is set if nothing changes.
func (s *Session) UseKinds(text string) (answer string, err error) {
	kinds, answer, err := chooseKinds(text, s.Kinds())
	if err != nil || answer != "" {
		return answer, err
	}
	s.monitor.UseKinds(kinds)
	now := s.monitor.Now()
	s.Known.View, s.Known.Generation, s.Known.Disk, s.Known.Catalog = now.View, now.Generation, now.Disk, now.Catalog
	if words := s.Marks.KeepKinds(s.Kinds()); words != "" {
		s.notify(AboutMarks, words)
	}
	s.dismiss(AboutCatalog)
	s.Show(NewViewState(s.Known.View, s.Shown.Order, &s.Shown))
	return "", nil
}

// Show replaces the view state and moves the marks to its rows.
func (s *Session) Show(p ViewState) {
	s.Marks.Show(p.Catalog, p.moved)
	p.moved = nil
	s.Shown = p
}

// Prune drops the marks that are obsolete in the view state and reports them.
func (s *Session) Prune() {
	if dropped := s.Marks.Prune(&s.Shown.View); dropped.Words() != "" {
		s.notify(AboutMarks, dropped.Words())
	}
}

func (s *Session) notify(about Topic, words string) {
	s.front.Notify(Notice{About: about, Text: safetext.Line(words)})
}

// dismiss removes the notices of a topic.
func (s *Session) dismiss(about Topic) { s.front.Notify(Notice{About: about}) }

func (s *Session) trouble(about Topic, words, hint string) {
	s.front.Notify(Notice{About: about, Trouble: true, Text: Trouble(words, hint)})
}

// Trouble joins an error and a hint, which may be empty, to a sentence.
func Trouble(words, hint string) string {
	if hint != "" {
		words = strings.TrimRight(words, ".") + "; " + hint
	}
	return text.Sentence(words)
}

// cancelled reports whether an error only means that the program is ending.
func cancelled(err error) bool { return errors.Is(err, context.Canceled) }
