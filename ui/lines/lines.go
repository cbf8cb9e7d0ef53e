// Package lines is line mode: the table's whole job on terminals that cannot move their cursor,
// for screen readers, and for scripts that read lines and write answers. It writes whole lines,
// one for each thing that happens, and reads whole lines. It must not know how to draw: no
// repaint, no escape sequence, no colour; and like the table it reaches all work through
// session.Engine and knows no HTTP, databases or files.
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

// Options are how line mode looks and where it runs.
type Options struct {
	// Options are the table's. What is about screens, colours and keys means nothing here, and
	// lines come from Input.
	ui.Options
	Input *Input
}

// pageRows is how many rows a page has unless the user says otherwise.
const pageRows = 20

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rows <= 0 {
		o.Rows = pageRows
	}
}

// Run serves the user until they leave, the input ends or ctx does; then it returns ctx's error.
func Run(ctx context.Context, e session.Engine, o Options) (ui.Outcome, error) {
	o.fill()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newConsole(inner, e, o)
	err := s.serve()
	cancel()
	outcome := s.farewell(ctx)
	if ctx.Err() != nil {
		return outcome, ctx.Err()
	}
	return outcome, err
}

// console is one run. What it knows is touched by its loop alone; whatever takes time runs
// beside it and hands the loop a function that takes the result over.
type console struct {
	ctx    context.Context
	engine session.Engine
	opt    Options
	out    output
	events chan func()
	in     *Input

	// said is what can be read again, prompted that the last line written asks for an answer,
	// listed that the one before was a list. done ends the loop.
	said             []said
	prompted, listed bool
	done             bool
	// busy counts what has to end before the next line is taken, waits says that everything has.
	busy  int
	waits bool
	// doing says in a sentence what takes long, empty while nothing does.
	doing string
	// question is what the next line answers; nil means that it is a command.
	question *question

	// work is what the user knows and decides.
	work *session.Session
	// view is what can be listed, settled the one that what is shown was made of.
	view, settled *importer.View
	reads         reads
	look          look
	// counts is the last line about how far an import has come.
	counts string
	// leaveTo is the company for which the user leaves.
	leaveTo conviso.Company
	// ticks is when the next line of progress is due; nil while nothing is under way.
	ticks *time.Timer
}

// said is a line with the time at which it was written.
type said struct {
	at   time.Time
	text string
}

// question is what a line answers while it is there. It stays until answer puts it away.
type question struct {
	prompt func() string
	answer func(line string)
}

func newConsole(ctx context.Context, e session.Engine, o Options) *console {
	s := &console{ctx: ctx, engine: e, opt: o, in: o.Input, out: output{w: o.Out, ascii: o.ASCII},
		events: make(chan func(), 16), view: &importer.View{}}
	s.work = session.New(ctx, e, s, phrases(), s.now)
	s.look.query = catalog.ParseQuery(o.Filter)
	s.look.filter = s.look.query.String()
	return s
}

func (s *console) now() time.Time { return s.opt.Now() }

// keptLines is how many lines of the past can be read again.
const keptLines = 200

// say writes a line that can be read again.
func (s *console) say(text string) {
	s.said = append(s.said, said{s.now(), text})
	if len(s.said) > keptLines {
		s.said = s.said[1:]
	}
	s.write(text)
}

// fail says what went wrong; hint says what the user can do.
func (s *console) fail(err error, hint string) { s.say("! " + session.Trouble(err.Error(), hint)) }

// write writes a line that need not be read again, such as a row.
func (s *console) write(text string) {
	s.prompted = false
	s.out.line(text)
}

// busily is Run for work that the next line has to wait for.
func (s *console) busily(t session.Task) {
	s.busy++
	s.Run(func(ctx context.Context) func() {
		take := t(ctx)
		return func() {
			s.busy--
			take()
		}
	})
}

// post hands the loop a function.
func (s *console) post(ctx context.Context, take func()) {
	select {
	case s.events <- take:
	case <-ctx.Done():
	}
}

// serve is the loop.
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
		// What has happened at the same time is told before the prompt, not around it.
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
		case s.in.ended && len(s.in.ahead) == 0 && (ready || s.idle()), s.leaves():
			s.done = true
		default:
			s.await()
		}
	}
}

// mostAhead is how many lines are read before they can be taken.
const mostAhead = 1000

// idle reports whether what is waited for changes nothing, so that it may as well be given up.
func (s *console) idle() bool { return s.reads.first || s.doing != "" }

// leaves reports whether the user wants to leave before there is anything to see.
func (s *console) leaves() bool {
	return s.reads.first && len(s.in.ahead) > 0 && parse(s.in.ahead[0].text).verb == verbQuit
}

// await takes whatever comes next: a result, a line, a moment.
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

// ready reports whether a line can be taken.
func (s *console) ready() bool {
	if s.waits && !s.working() {
		s.waits = false
	}
	return s.busy == 0 && !s.waits
}

// working reports whether something is under way that goes on by itself.
func (s *console) working() bool {
	return s.reading() || s.work.Job.Sends || s.work.Auto.Checking || s.doing != ""
}

// progressEvery is the time between two lines about the same work.
const progressEvery = 5 * time.Second

// tick is when progress is to be told; never while nothing is under way.
func (s *console) tick() <-chan time.Time {
	if !s.working() {
		if s.ticks != nil {
			s.ticks.Stop()
			s.ticks = nil
		}
		return nil
	}
	if s.ticks == nil {
		s.ticks = time.NewTimer(progressEvery)
	}
	return s.ticks.C
}

// progress tells how far things have come.
func (s *console) progress() {
	s.readProgress()
	if s.doing != "" {
		s.write(s.doing)
	}
	s.work.LookAtFlow()
	s.tellCounts()
}
