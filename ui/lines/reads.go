package lines

import (
	"fmt"
	"strings"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// reads follows the two reads that fill the list.
type reads struct {
	// wanted is the number of finished reads to wait for, told the number that was reported.
	wanted, told ends
	// opened: the disk was read; first: nothing to list before both reads end; changed: the list is outdated.
	opened, first, changed bool
}

// ends counts finished reads.
type ends struct{ catalog, assets int }

func (s *console) start() {
	s.greet()
	s.busy++
	if !s.work.ID.Offline {
		s.reads.wanted = ends{1, 1}
	}
	s.work.Start()
}

func (s *console) updated() {
	r, u := &s.reads, &s.work.Known
	// A partial catalog is used only if nothing more is coming.
	if v := u.View; v.Catalog == nil || v.Catalog.Complete || !s.catalogRuns() {
		r.changed = r.changed || v.Catalog != s.view.Catalog || v.Assets != s.view.Assets
		s.view = v
	}
	if !r.opened {
		if !u.Disk || !u.QueueRead && u.QueueErr == nil {
			return
		}
		s.diskRead()
	}
	s.reportReads()
}

func (s *console) catalogRuns() bool { return s.work.Known.Catalog.Ended < s.reads.wanted.catalog }
func (s *console) assetsRun() bool   { return s.work.Known.Assets.Ended < s.reads.wanted.assets }
func (s *console) reading() bool     { return s.catalogRuns() || s.assetsRun() }

func (s *console) readProgress() {
	for _, side := range []struct {
		runs bool
		load importer.Load
		name string
	}{{s.catalogRuns(), s.work.Known.Catalog, "the catalog"}, {s.assetsRun(), s.work.Known.Assets, "Conviso's assets"}} {
		switch {
		case !side.runs:
		case side.load.Total > side.load.Read:
			s.write(fmt.Sprintf("Still reading %s: %d of about %d.", side.name, side.load.Read, side.load.Total))
		default:
			s.write(fmt.Sprintf("Still reading %s: %d so far.", side.name, side.load.Read))
		}
	}
}

func (s *console) diskRead() {
	s.reads.opened, s.reads.changed = true, false
	s.busy--
	switch {
	// Without assets a list would show every status as unknown, a moment before they come.
	case s.view.Catalog != nil && (s.view.Assets != nil || !s.assetsRun()):
		s.write(s.ages())
		s.list()
	case !s.work.ID.Offline:
		s.reads.first = true
		s.busy++
	}
	if !s.work.ID.Offline {
		s.say("Reading the catalog and Conviso's assets.")
	}
}

func (s *console) refresh() {
	s.say("Reading the catalog and Conviso's assets.")
	now := &s.work.Known
	s.reads.wanted = ends{now.Catalog.Ended + 1, now.Assets.Ended + 1}
	s.work.Refresh(true)
}

// reportReads reports new ends of reads that succeeded.
func (s *console) reportReads() {
	r, u := &s.reads, &s.work.Known
	now := ends{u.Catalog.Ended, u.Assets.Ended}
	if now == r.told {
		return
	}
	if snap := s.view.Catalog; now.catalog > r.told.catalog && snap != nil && snap == u.View.Catalog {
		s.say("The catalog is read: " + s.catalogWords() + ".")
	}
	if set := s.view.Assets; now.assets > r.told.assets && set != nil && set == u.View.Assets && u.Assets.Err == nil {
		s.say(fmt.Sprintf("Conviso's assets are read: %d.", set.Len()))
	}
	r.told = now
	s.listRead()
}

func (s *console) listRead() {
	if s.reading() {
		return
	}
	changed := s.reads.changed
	s.reads.changed = false
	switch {
	case s.reads.first:
		s.reads.first = false
		s.busy--
		if s.view.Catalog != nil {
			s.list()
		}
	case changed && s.look.snap == nil && s.view.Catalog != nil:
		s.list()
	case changed && s.view.Catalog != nil:
		s.syncView()
		s.say("Everything is read: " + s.facetWords() + ". l lists this page as it is now.")
	}
}

// syncView updates the view state and drops obsolete marks.
func (s *console) syncView() {
	if s.view.Catalog == nil || s.view == s.synced && s.look.order == s.work.Shown.Order {
		return
	}
	s.synced = s.view
	s.work.Show(session.NewViewState(s.view, s.look.order, &s.work.Shown))
	s.work.Prune()
}

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

func (s *console) connected() []string {
	lines := []string{
		"Catalog: " + s.work.ID.CatalogURL,
		"Conviso company: " + strings.TrimSpace(s.work.ID.Company.ID+" "+s.work.ID.Company.Label),
		"Environment: " + session.Place(s.work.ID),
	}
	if s.work.ID.Demo {
		lines[2] = "Environment: DEMO, nothing real is read or changed"
	}
	if why := s.work.Unable(); why != "" {
		lines = append(lines, text.Sentence(why))
	}
	return lines
}

func (s *console) ages() string {
	catalogAge, assetAge := "not read", "not read"
	if s.view.Catalog != nil {
		catalogAge = s.age(s.view.Catalog.ReadAt)
	}
	// A read that failed at once leaves an empty part.
	if set := s.view.Assets; set != nil && (set.Complete || set.Len() > 0) {
		assetAge = s.age(set.ReadAt)
	}
	return "The catalog was read " + catalogAge + ", Conviso's assets " + assetAge + "."
}

func (s *console) age(t time.Time) string {
	text := text.Age(s.now(), t)
	if s.opt.CacheTTL > 0 && s.now().Sub(t) > s.opt.CacheTTL {
		text += " (STALE)"
	}
	return text
}

func (s *console) catalogWords() string {
	if !s.view.Catalog.Complete {
		return fmt.Sprintf("only a part, %d of about %d", s.view.Catalog.Len(), s.view.Catalog.Total)
	}
	return text.Entities(s.view.Catalog.Len())
}
