package lines

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/pause"
	"conviso-importer/internal/text"
	"conviso-importer/ui"
	work "conviso-importer/ui/session"
)

// read is one of the two reads that fill the list.
type read struct {
	running     bool
	done, total int
}

// reads are both. first says that there is nothing to list before they have ended, changed that
// what is listed is older than what was read.
type reads struct {
	catalog, assets read
	first, changed  bool
}

func (r *reads) running() bool { return r.catalog.running || r.assets.running }

// progress says how far the reads have come.
func (r *reads) progress() []string {
	var lines []string
	for _, side := range []struct {
		read *read
		name string
	}{{&r.catalog, "the catalog"}, {&r.assets, "Conviso's assets"}} {
		switch {
		case !side.read.running:
		case side.read.total > side.read.done:
			lines = append(lines, fmt.Sprintf("Still reading %s: %d of about %d.", side.name, side.read.done, side.read.total))
		default:
			lines = append(lines, fmt.Sprintf("Still reading %s: %d so far.", side.name, side.read.done))
		}
	}
	return lines
}

// queueRetry is the time to the next look at a queue that could not be read.
const queueRetry = 5 * time.Second

// start greets the user, with what the disk has; the network follows.
func (s *session) start() {
	s.greet()
	s.busily(func(ctx context.Context) func() {
		snap, assets := s.engine.Cached(ctx)
		items, seq, err := s.engine.Items(ctx)
		runner, _ := s.engine.Runner()
		return func() {
			s.snap, s.assets, s.job.Runner, s.outdated = snap, assets, runner, true
			s.merge(items)
			s.seq = seq
			s.queueTrouble(err)
			s.offer()
			s.beside(s.watch)
			s.autoKnown(s.engine.AutoImport())
			s.begin(func() { s.refresh(s.engine.RefreshAssets) })
		}
	})
}

// begin lists what is known and has the rest read.
func (s *session) begin(rest func()) {
	switch {
	case s.snap != nil:
		s.write(s.ages())
		s.list()
	case s.id.Offline:
		s.say(ui.NoneCached(s.engine.Kinds()))
	}
	if s.id.Offline {
		return
	}
	if s.snap == nil {
		s.reads.first = true
		s.busy++
	}
	rest()
}

// refresh reads the catalog, the assets and the integration. What is known stays until there is
// better. Assets is how the assets are read.
func (s *session) refresh(assets assetReader) {
	s.say("Reading the catalog and Conviso's assets.")
	s.startCatalog()
	s.reads.assets = read{running: true}
	s.beside(func(ctx context.Context) func() { return s.readAssets(ctx, assets) })
	s.beside(s.readIntegration)
}

// startCatalog reads the catalog. What comes of it counts as long as the list's kinds stay.
func (s *session) startCatalog() {
	s.stopCatalog()
	reading, stop := context.WithCancel(s.ctx)
	s.stopCatalog = stop
	s.reads.catalog = read{running: true}
	kinds := s.kinds
	s.beside(func(context.Context) func() {
		defer stop()
		return s.readCatalog(reading, kinds)
	})
}

func (s *session) readCatalog(ctx context.Context, kinds int) func() {
	var last *catalog.Snapshot
	var failed error
	for snap, err := range s.engine.LoadCatalog(ctx) {
		if err != nil {
			failed = err
			break
		}
		last = snap
		s.post(ctx, func() {
			if kinds == s.kinds {
				s.reads.catalog.done, s.reads.catalog.total = snap.Len(), snap.Total
			}
		})
	}
	return func() {
		if kinds != s.kinds {
			return
		}
		s.reads.catalog.running = false
		if failed != nil {
			s.readFailed(failed)
		}
		if last != nil && s.adopts(last) {
			s.snap, s.outdated, s.reads.changed = last, true, true
			s.say("The catalog is read: " + s.catalogWords() + ".")
		}
		s.readEnded()
	}
}

// adopts says whether a snapshot is better than what there is: a part never takes the place of a
// whole.
func (s *session) adopts(snap *catalog.Snapshot) bool {
	return s.snap == nil || snap.Complete || (!s.snap.Complete && snap.Len() >= s.snap.Len())
}

// assetReader is one of the engine's ways to read the assets.
type assetReader func(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error)

func (s *session) readAssets(ctx context.Context, read assetReader) func() {
	set, err := read(ctx, func(done, total int) {
		s.post(ctx, func() { s.reads.assets.done, s.reads.assets.total = done, total })
	})
	return func() {
		s.reads.assets.running = false
		if err != nil {
			s.readFailed(err)
		}
		if set != nil && (set.Complete || s.assets == nil) {
			s.assets, s.outdated, s.reads.changed = set, true, true
			s.say(fmt.Sprintf("Conviso's assets are read: %d.", set.Len()))
		}
		s.readEnded()
	}
}

func (s *session) readFailed(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	hint := ""
	if errors.Is(err, conviso.ErrUnavailable) || errors.Is(err, catalog.ErrUnavailable) {
		hint = "r tries again"
	}
	s.failWith(ui.ReadError(err), hint)
}

// readEnded lists for the first time, or says that there is something new to list.
func (s *session) readEnded() {
	if s.reads.running() {
		return
	}
	changed := s.reads.changed
	s.reads.changed = false
	switch {
	case s.reads.first:
		s.reads.first = false
		s.busy--
		if s.snap != nil {
			s.list()
		}
	case changed && s.look.snap == nil && s.snap != nil:
		s.list()
	case changed && s.snap != nil:
		s.settle()
		s.say("Everything is read: " + s.facetWords() + ". l lists this page as it is now.")
	}
}

// readIntegration reads the platform's record of this catalog, and with it auto-import's flag.
func (s *session) readIntegration(ctx context.Context) func() {
	integration, err := s.engine.Integration(ctx)
	return func() {
		status := s.engine.AutoImport()
		s.integrationErr = nil
		switch {
		case err == nil:
			s.integration, s.integrationAt = integration, s.now()
			status.Flag, status.FlagReadAt = integration.AutoImportEnabled, s.now()
		case errors.Is(err, conviso.ErrNoIntegration):
			s.integration, s.integrationAt = nil, s.now()
			status.Flag, status.FlagReadAt = false, s.now()
		default:
			s.integrationErr = err
		}
		s.autoKnown(status)
	}
}

// watch waits for changes of the queue, by whichever process.
func (s *session) watch(ctx context.Context) func() {
	var since int64
	asked := make(chan int64, 1)
	s.post(ctx, func() { asked <- s.seq })
	select {
	case since = <-asked:
	case <-ctx.Done():
		return func() {}
	}
	broken := false
	for ctx.Err() == nil {
		items, seq, err := s.engine.Watch(ctx, since)
		runner, _ := s.engine.Runner()
		if err != nil {
			if !broken && ctx.Err() == nil {
				s.post(ctx, func() { s.queueTrouble(err) })
			}
			broken = true
			_ = pause.Sleep(ctx, queueRetry)
			continue
		}
		broken, since = false, seq
		s.post(ctx, func() {
			s.job.Runner = runner
			s.seq = max(s.seq, seq)
			s.merge(items)
		})
	}
	return func() {}
}

func (s *session) queueTrouble(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		s.fail(err, "")
	}
}

// merge takes over items that are newer than what is known, and tells what became of the job's.
// The map is replaced, since work beside the loop may be reading the old one.
func (s *session) merge(items []importer.Item) {
	if len(items) == 0 {
		return
	}
	merged, fresh := work.Merge(s.items, items)
	s.items, s.outdated = merged, true
	for _, item := range s.job.Absorb(fresh, s.now()) {
		s.say(fmt.Sprintf("Failed: %s: %s", item.Ref, text.Reason(item.Project.Name, item.Error)))
	}
}

// settle brings the statuses up to date, and drops marks that have lost their meaning.
func (s *session) settle() {
	if !s.outdated || s.snap == nil {
		return
	}
	s.outdated = false
	s.statuses, s.order = ui.Arrange(s.engine, s.snap, s.assets, s.items, s.look.order)
	s.marks.Show(s.snap, nil)
	if dropped := s.marks.Prune(s.view()); dropped.Words() != "" {
		s.say(dropped.Words())
	}
}

// view is what is known now of the entities of the list.
func (s *session) view() *importer.View {
	return &importer.View{Catalog: s.snap, Kinds: s.engine.Kinds(), Assets: s.assets, Items: s.items, Statuses: s.statuses}
}

// presence is what the list tells about an entity now.
func (s *session) presence(ref catalog.Ref) importer.Presence {
	return importer.PresenceOf(ref, s.snap, s.engine.Kinds())
}

// status is what is known of an entity now.
func (s *session) status(ref catalog.Ref) importer.Status {
	if s.snap != nil {
		if row, ok := s.snap.Row(ref); ok {
			return s.statuses.At(row)
		}
	}
	return importer.Status{State: importer.Unknown, Reason: s.presence(ref).Reason(ref)}
}

// greet says what is connected to what.
func (s *session) greet() {
	s.say(text.Join(" ", "conviso-importer", s.opt.Version, "in line mode. ? lists the commands."))
	for _, line := range s.connected() {
		s.say(line)
	}
	for _, note := range s.opt.Notes {
		s.say("! " + text.Sentence(note))
	}
	for _, words := range s.opt.Words {
		s.say(words)
	}
}

// connected are the two sides and how serious it is to write to them.
func (s *session) connected() []string {
	lines := []string{
		"Catalog: " + s.id.CatalogURL,
		"Conviso company: " + strings.TrimSpace(s.id.Company.ID+" "+s.id.Company.Label),
		"Environment: " + work.Place(s.id),
	}
	if s.id.Demo {
		lines[2] = "Environment: DEMO, nothing real is read or changed"
	}
	if why := ui.Unable(s.id); why != "" {
		lines = append(lines, text.Sentence(why))
	}
	return lines
}

// ages say how old the data is.
func (s *session) ages() string {
	catalogAge, assetAge := "not read", "not read"
	if s.snap != nil {
		catalogAge = s.age(s.snap.ReadAt)
	}
	if s.assets != nil {
		assetAge = s.age(s.assets.ReadAt)
	}
	return "The catalog was read " + catalogAge + ", Conviso's assets " + assetAge + "."
}

// age is how long ago something was read, and a warning where that is too long.
func (s *session) age(t time.Time) string {
	text := text.Age(s.now(), t)
	if s.opt.CacheTTL > 0 && s.now().Sub(t) > s.opt.CacheTTL {
		text += " (STALE)"
	}
	return text
}

// catalogWords say how much of the catalog there is.
func (s *session) catalogWords() string {
	if !s.snap.Complete {
		return fmt.Sprintf("only a part, %d of about %d", s.snap.Len(), s.snap.Total)
	}
	return text.Entities(s.snap.Len())
}
