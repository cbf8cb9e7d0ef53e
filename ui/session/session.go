package session

import (
	"context"
	"errors"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// Task is work that takes time. It runs beside the front end's loop; what it returns, which may be nil,
// is called in the loop and takes its result over.
type Task = func(ctx context.Context) (take func())

// Front is the front end that a session serves. Its methods are called in its own loop.
type Front interface {
	// Run runs a task.
	Run(t Task)
	// Notify says something that the user did not ask for.
	Notify(n Notice)
	// Changed follows something that has happened.
	Changed(e Event)
}

// Event is what has happened to a session.
type Event int

// The events: Known was replaced; a new job began, or ended.
const (
	Updated Event = iota
	JobBegan
	JobEnded
)

// Topic is what news are about. Of one topic only the latest news are of interest.
type Topic int

// The topics.
const (
	// AboutKey answers the last key or command.
	AboutKey Topic = iota
	// AboutStart is what the start of the program found wrong; there may be several.
	AboutStart
	AboutMarks
	AboutCatalog
	AboutAssets
	AboutQueue
	AboutImport
	AboutAuto
	// AboutUnfinished offers to finish what an earlier run left.
	AboutUnfinished
	// AboutLate is what an earlier run sent and nothing waits for any more.
	AboutLate
	// AboutFilter is what in the filter may not have been meant as it was read.
	AboutFilter
	AboutExport
	// AboutLog is what the log has as well.
	AboutLog
)

// Notice is something that the user should know.
type Notice struct {
	About   Topic
	Trouble bool
	// Text is a sentence that is safe to show; empty where nothing is to be said about the topic any
	// more.
	Text string
	// Renews reports that it brings up to date what was said, if that is still on show, and is not
	// worth saying anew.
	Renews bool
}

// Phrases are a front end's own in the session's sentences: how its user goes on after trouble, takes up
// the unfinished import on offer or looks at the one of another process, and what a finished import is
// announced by and followed by where some of it failed.
type Phrases struct{ GoOn, Resume, Show, Finished, Failed string }

// Session is what one person at work knows and decides. One goroutine, the front end's loop, owns it.
type Session struct {
	// ID is what is connected to what.
	ID importer.Identity
	// Known is what was read, as of the latest update; its View is never nil.
	Known importer.Update
	// Shown is the view state that the user has in front of them, and that marks are judged by.
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
	// waiting is what waits for the queue to be known up to a change.
	waiting []waiting
}

// New returns a session that knows nothing yet. Its context ends it, and now is the clock.
func New(ctx context.Context, e Engine, f Front, p Phrases, now func() time.Time) *Session {
	s := &Session{ID: e.Identity(), ctx: ctx, engine: e, front: f, phrases: p, now: now, monitor: importer.NewMonitor(ctx, e, now)}
	s.Known = s.monitor.Now()
	return s
}

// Start has everything read: what is on disk first, then the network.
func (s *Session) Start() {
	s.monitor.Start()
	s.follow()
}

// follow waits for the next update.
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

// Items is the queue as it is known.
func (s *Session) Items() map[catalog.Ref]importer.Item { return s.Known.View.Items }

// Kinds are those of the list.
func (s *Session) Kinds() []string { return s.Known.View.Kinds }

// Left is what of the queue is not as it should be in the end.
func (s *Session) Left() Left { return Left{s.Known.Unsettled} }

// Unable is why nothing can be sent at all, or empty.
func (s *Session) Unable() string { return Unable(s.ID) }

// NoSwitch is why the company cannot be changed now, or empty.
func (s *Session) NoSwitch() string {
	switch {
	case s.ID.Offline:
		return "offline: run it without --offline to change the company."
	case s.Job.Sends && s.Left().Unfinished() > 0:
		return "an import is under way. The company can be changed when it has ended, or in a new window."
	}
	return ""
}

// ReadCompanies hands over the companies that the key sees.
func (s *Session) ReadCompanies(take func(list []conviso.Company, err error)) {
	s.front.Run(func(ctx context.Context) func() {
		list, err := s.engine.Companies(ctx)
		return func() { take(list, err) }
	})
}

// UseKinds makes the list one of other kinds: of what is cached of them at once, then of what the
// catalog has. The old list goes at once, and so do the marks of its kinds, since an import sends what
// can be looked at; what can be taken back of these waits for their kinds to come back. Where nothing
// changes, answer says what there is to say.
func (s *Session) UseKinds(text string) (answer string, err error) {
	kinds, answer, err := chooseKinds(text, s.Kinds())
	if err != nil || answer != "" {
		return answer, err
	}
	s.monitor.UseKinds(kinds)
	now := s.monitor.Now()
	s.Known.View, s.Known.Generation, s.Known.Disk, s.Known.Catalog = now.View, now.Generation, now.Disk, now.Catalog
	if words := s.Marks.KeepKinds(s.Kinds()); words != "" {
		s.tell(AboutMarks, words)
	}
	s.over(AboutCatalog)
	s.Show(NewViewState(s.Known.View, s.Shown.Order, &s.Shown))
	return "", nil
}

// Show puts a view state in front of the user, and takes the marks over to its rows.
func (s *Session) Show(p ViewState) {
	s.Marks.Show(p.Catalog, p.moved)
	p.moved = nil
	s.Shown = p
}

// Prune drops the marks that have lost their meaning by the view state on show, and says so.
func (s *Session) Prune() {
	if dropped := s.Marks.Prune(&s.Shown.View); dropped.Words() != "" {
		s.tell(AboutMarks, dropped.Words())
	}
}

// tell says something.
func (s *Session) tell(about Topic, words string) {
	s.front.Notify(Notice{About: about, Text: safetext.Line(words)})
}

// over ends what was said about a topic.
func (s *Session) over(about Topic) { s.front.Notify(Notice{About: about}) }

// trouble says that something went wrong; hint says what the user can do.
func (s *Session) trouble(about Topic, words, hint string) {
	s.front.Notify(Notice{About: about, Trouble: true, Text: Trouble(words, hint)})
}

// Trouble is a sentence about what went wrong, with what the user can do, which may be empty.
func Trouble(words, hint string) string {
	if hint != "" {
		words = strings.TrimRight(words, ".") + "; " + hint
	}
	return text.Sentence(words)
}

// cancelled reports that an error only says that the program, or what it belongs to, was ended.
func cancelled(err error) bool { return errors.Is(err, context.Canceled) }
