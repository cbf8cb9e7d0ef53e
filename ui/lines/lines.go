// Package lines is line mode: the table's functions for terminals without cursor movement, for screen readers
// and for scripts. It reads and writes whole lines. It must not know how to draw: no repaint, no escape
// sequence, no colour. Like the table it works through session.Engine and knows no HTTP, databases or files.
package lines

import (
	"context"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui"
	"conviso-importer/ui/session"
)

// Options configure line mode. The options about screens, colours and keys have no effect.
type Options struct {
	ui.Options
	Input *Input
}

const pageRows = 20 // by default

// Run returns when the user leaves, the input ends or ctx does; then with ctx's error.
func Run(ctx context.Context, e session.Engine, o Options) (ui.Outcome, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rows <= 0 {
		o.Rows = pageRows
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newConsole(inner, e, o)
	err := s.serve()
	cancel()
	outcome := ui.Outcome{Ending: s.work.End(ctx, s.write), Company: s.leaveTo, Filter: s.look.query.String(), Kinds: s.work.Kinds()}
	if ctx.Err() != nil {
		return outcome, ctx.Err()
	}
	return outcome, err
}

// console is one run. Only its loop touches it; slow work runs beside the loop and posts its result.
type console struct {
	ctx    context.Context
	engine session.Engine
	opt    Options
	out    output
	events chan func()
	in     *Input

	// said can be read again; prompted: the last line was a prompt; listed: the line before was a list.
	said             []said
	prompted, listed bool
	done             bool
	// busy counts what delays the next line; waits delays it until nothing is under way.
	busy     int
	waits    bool
	doing    string           // what takes long, in a sentence
	question *question        // what the next line answers; nil for a command
	asked    importer.Request // what the latest review is of

	work *session.Session
	// synced is the view that the session's view state was made of.
	view, synced *importer.View
	reads        reads
	look         look
	counts       string          // the last line about an import's progress
	leaveTo      conviso.Company // the company that the user leaves for
	ticks        *time.Timer     // the next progress line; nil while idle
}

type said struct {
	at   time.Time
	text string
}

// question stays until answer removes it.
type question struct {
	prompt func() string
	answer func(line string)
}

func newConsole(ctx context.Context, e session.Engine, o Options) *console {
	s := &console{ctx: ctx, engine: e, opt: o, in: o.Input, out: output{w: o.Out, ascii: o.ASCII},
		events: make(chan func(), 16), view: &importer.View{}}
	s.work = session.New(ctx, e, s, phrases(), s.now)
	s.look.query = catalog.ParseQuery(o.Filter)
	return s
}

func (s *console) now() time.Time { return s.opt.Now() }

const keptLines = 200 // lines that can be read again

// say writes a line that can be read again.
func (s *console) say(text string) {
	s.said = append(s.said, said{s.now(), text})
	if len(s.said) > keptLines {
		s.said = s.said[1:]
	}
	s.write(text)
}

func (s *console) fail(err error, hint string) { s.say("! " + session.Trouble(err.Error(), hint)) }

// write writes a line that is not kept, such as a row.
func (s *console) write(text string) {
	s.prompted = false
	s.out.line(text)
}

// runBusy is Run for work that delays the next line.
func (s *console) runBusy(t session.Task) {
	s.busy++
	s.Run(func(ctx context.Context) func() {
		take := t(ctx)
		return func() {
			s.busy--
			take()
		}
	})
}

func (s *console) serve() error {
	s.start()
	for {
		switch {
		case s.ctx.Err() != nil:
			return s.ctx.Err()
		case s.out.err != nil:
			return s.out.err
		case s.done:
			return nil
		}
		// Write what has happened before the prompt, not around it.
		select {
		case take := <-s.events:
			take()
			continue
		default:
		}
		switch ready := s.ready(); {
		case ready && !s.prompted:
			s.prompt()
		case ready && len(s.in.ahead) > 0:
			s.prompted = false
			s.typed(s.in.next())
		case s.in.ended && len(s.in.ahead) == 0 && (ready || s.idle()), s.quitting():
			s.done = true
		default:
			s.await()
		}
	}
}

const mostAhead = 1000 // lines read before they can be taken

// idle reports whether the user can leave without losing anything.
func (s *console) idle() bool { return s.reads.first || s.doing != "" }

// quitting reports whether the user quits before the first list.
func (s *console) quitting() bool {
	return s.reads.first && len(s.in.ahead) > 0 && parse(s.in.ahead[0].text).verb == verbQuit
}

func (s *console) await() {
	var typed <-chan inputLine
	if !s.in.ended && len(s.in.ahead) < mostAhead {
		typed = s.in.lines
	}
	select {
	case take := <-s.events:
		take()
	case line, more := <-typed:
		if s.in.ended = !more; more {
			s.in.ahead = append(s.in.ahead, line)
		}
	case <-s.tick():
		s.ticks = nil
		s.progress()
	case <-s.ctx.Done():
	}
}

func (s *console) ready() bool {
	if s.waits && !s.working() {
		s.waits = false
	}
	return s.busy == 0 && !s.waits
}

func (s *console) working() bool {
	return s.reading() || s.work.Job.Sends || s.work.Auto.Checking || s.doing != ""
}

const progressEvery = 5 * time.Second // between two lines about the same work

// tick returns nil while nothing is under way.
func (s *console) tick() <-chan time.Time {
	switch working := s.working(); {
	case working && s.ticks == nil:
		s.ticks = time.NewTimer(progressEvery)
	case !working && s.ticks != nil:
		s.ticks.Stop()
		s.ticks = nil
	}
	if s.ticks == nil {
		return nil
	}
	return s.ticks.C
}

func (s *console) progress() {
	s.readProgress()
	if s.doing != "" {
		s.write(s.doing)
	}
	s.work.LookAtFlow()
	s.writeCounts()
}
