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
	"conviso-importer/internal/text"
	"conviso-importer/ui"
	"conviso-importer/ui/session"
)

// reads are the two reads that fill the list, as the monitor last told of them.
type reads struct {
	known importer.Update
	// wanted is how many of each have to end before what was asked for is there, told how many of
	// those ends were told.
	wanted, told ends
	// opened reports that what is on disk was taken. first reports that there is nothing to list
	// before both reads have ended, changed that what is listed is older than what was read.
	opened, first, changed bool
}

// ends count the reads of the catalog and of the assets that have ended.
type ends struct{ catalog, assets int }

func (r *reads) catalogRuns() bool { return r.known.Catalog.Ended < r.wanted.catalog }
func (r *reads) assetsRun() bool   { return r.known.Assets.Ended < r.wanted.assets }
func (r *reads) running() bool     { return r.catalogRuns() || r.assetsRun() }

// progress tells how far the reads have come.
func (r *reads) progress() []string {
	var lines []string
	for _, side := range []struct {
		runs bool
		load importer.Load
		name string
	}{{r.catalogRuns(), r.known.Catalog, "the catalog"}, {r.assetsRun(), r.known.Assets, "Conviso's assets"}} {
		switch {
		case !side.runs:
		case side.load.Total > side.load.Read:
			lines = append(lines, fmt.Sprintf("Still reading %s: %d of about %d.", side.name, side.load.Read, side.load.Total))
		default:
			lines = append(lines, fmt.Sprintf("Still reading %s: %d so far.", side.name, side.load.Read))
		}
	}
	return lines
}

// start greets the user and has everything read: what is on disk first, then the network.
func (s *console) start() {
	s.greet()
	s.busy++
	if !s.id.Offline {
		s.reads.wanted = ends{1, 1}
	}
	s.monitor = importer.NewMonitor(s.ctx, s.engine, s.opt.Now)
	s.beside(s.watch)
}

// watch hands the loop what the monitor tells.
func (s *console) watch(ctx context.Context) func() {
	after := int64(0)
	for {
		u, err := s.monitor.Next(ctx, after)
		if err != nil {
			return func() {}
		}
		after = u.Seq
		s.post(ctx, func() { s.updated(u) })
	}
}

// updated takes over what the monitor tells.
func (s *console) updated(u importer.Update) {
	before := s.reads.known
	s.reads.known = u
	s.job.Runner = u.Runner
	s.merge(u.Changed)
	if u.QueueErr != nil && before.QueueErr == nil {
		s.queueTrouble(u.QueueErr)
	}
	if u.Generation != s.kinds {
		// It is about kinds that the user has left.
		return
	}
	s.takeLists(u.View)
	if !s.reads.opened {
		if !u.Disk || !u.QueueRead && u.QueueErr == nil {
			return
		}
		s.opens()
	}
	s.tellEnds()
}

// takeLists takes lists that are better than what there is. A part counts when nothing more is
// coming.
func (s *console) takeLists(v *importer.View) {
	if v.Catalog != nil && v.Catalog != s.snap && (v.Catalog.Complete || !s.reads.catalogRuns()) {
		s.snap, s.outdated, s.reads.changed = v.Catalog, true, true
	}
	if v.Assets != nil && v.Assets != s.assets {
		s.assets, s.outdated, s.reads.changed = v.Assets, true, true
	}
}

// opens lists what is known, tells what was left, and waits for the network.
func (s *console) opens() {
	s.reads.opened, s.reads.changed = true, false
	s.busy--
	s.offer()
	s.autoKnown(s.engine.AutoImport())
	switch {
	// A first list without the assets would call everything unknown, a moment before they come.
	case s.snap != nil && (s.assets != nil || !s.reads.assetsRun()):
		s.write(s.ages())
		s.list()
	case s.id.Offline:
		s.say(ui.NoneCached(s.engine.Kinds()))
	default:
		s.awaitFirst()
	}
	if !s.id.Offline {
		s.say("Reading the catalog and Conviso's assets.")
		s.beside(s.readIntegration)
	}
}

// awaitFirst takes no line before there is something to list.
func (s *console) awaitFirst() {
	s.reads.first = true
	s.busy++
}

// refresh reads the catalog, all assets and the integration again. What is known stays until there
// is better.
func (s *console) refresh() {
	s.say("Reading the catalog and Conviso's assets.")
	now := s.monitor.Now()
	s.reads.wanted = ends{now.Catalog.Ended + 1, now.Assets.Ended + 1}
	s.monitor.Refresh(true)
	s.beside(s.readIntegration)
}

// tellEnds tells of the reads that have ended since that was told last.
func (s *console) tellEnds() {
	r := &s.reads
	now := ends{r.known.Catalog.Ended, r.known.Assets.Ended}
	if now == r.told {
		return
	}
	if now.catalog > r.told.catalog {
		s.readFailed(r.known.Catalog.Err)
		if s.snap != nil && s.snap == r.known.View.Catalog {
			s.say("The catalog is read: " + s.catalogWords() + ".")
		}
	}
	if now.assets > r.told.assets {
		s.readFailed(r.known.Assets.Err)
		if s.assets != nil && s.assets == r.known.View.Assets && r.known.Assets.Err == nil {
			s.say(fmt.Sprintf("Conviso's assets are read: %d.", s.assets.Len()))
		}
	}
	r.told = now
	s.readEnded()
}

func (s *console) readFailed(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	hint := ""
	if errors.Is(err, conviso.ErrUnavailable) || errors.Is(err, catalog.ErrUnavailable) {
		hint = "r tries again"
	}
	s.failWith(session.ReadError(err), hint)
}

// readEnded lists for the first time, or says that there is something new to list.
func (s *console) readEnded() {
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
func (s *console) readIntegration(ctx context.Context) func() {
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

func (s *console) queueTrouble(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		s.fail(err, "")
	}
}

// merge takes over items that are newer than what is known, and tells what became of the job's.
// The map is replaced, since work beside the loop may be reading the old one.
func (s *console) merge(items []importer.Item) {
	if len(items) == 0 {
		return
	}
	merged, fresh := session.Merge(s.items, items)
	s.items, s.outdated = merged, true
	for _, item := range s.job.Absorb(fresh, s.now()) {
		s.say(fmt.Sprintf("Failed: %s: %s", item.Ref, text.Reason(item.Project.Name, item.Error)))
	}
}

// settle brings the statuses up to date, and drops marks that have lost their meaning.
func (s *console) settle() {
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
func (s *console) view() *importer.View {
	return &importer.View{Catalog: s.snap, Kinds: s.engine.Kinds(), Assets: s.assets, Items: s.items, Statuses: s.statuses}
}

// presence is what the list tells about an entity now.
func (s *console) presence(ref catalog.Ref) importer.Presence {
	return importer.PresenceOf(ref, s.snap, s.engine.Kinds())
}

// status is what is known of an entity now.
func (s *console) status(ref catalog.Ref) importer.Status {
	if s.snap != nil {
		if row, ok := s.snap.Row(ref); ok {
			return s.statuses.At(row)
		}
	}
	return importer.Status{State: importer.Unknown, Reason: s.presence(ref).Reason(ref)}
}

// greet says what is connected to what.
func (s *console) greet() {
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
func (s *console) connected() []string {
	lines := []string{
		"Catalog: " + s.id.CatalogURL,
		"Conviso company: " + strings.TrimSpace(s.id.Company.ID+" "+s.id.Company.Label),
		"Environment: " + session.Place(s.id),
	}
	if s.id.Demo {
		lines[2] = "Environment: DEMO, nothing real is read or changed"
	}
	if why := session.Unable(s.id); why != "" {
		lines = append(lines, text.Sentence(why))
	}
	return lines
}

// ages say how old the data is.
func (s *console) ages() string {
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
func (s *console) age(t time.Time) string {
	text := text.Age(s.now(), t)
	if s.opt.CacheTTL > 0 && s.now().Sub(t) > s.opt.CacheTTL {
		text += " (STALE)"
	}
	return text
}

// catalogWords say how much of the catalog there is.
func (s *console) catalogWords() string {
	if !s.snap.Complete {
		return fmt.Sprintf("only a part, %d of about %d", s.snap.Len(), s.snap.Total)
	}
	return text.Entities(s.snap.Len())
}
