package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

type waiting struct {
	seq int64
	do  func()
}

// afterSeq calls do once the queue is known up to a change.
func (s *Session) afterSeq(seq int64, do func()) {
	s.waiting = append(s.waiting, waiting{seq, do})
	s.runWaiting()
}

func (s *Session) runWaiting() {
	for len(s.waiting) > 0 && s.waiting[0].seq <= s.Known.QueueSeq {
		do := s.waiting[0].do
		s.waiting = s.waiting[1:]
		do()
	}
}

func (s *Session) updated(u importer.Update) {
	before := s.Known
	if u.Generation != before.Generation {
		u.View, u.Generation, u.Disk, u.Catalog = before.View, before.Generation, before.Disk, before.Catalog
	}
	s.Known = u
	s.Job.Runner = u.Runner
	s.absorb(&before)
	s.reportQueue(&before)
	s.reportShrunk(&before)
	s.reportRead(AboutCatalog, "Backstage", before.Catalog, u.Catalog)
	if words := u.View.OthersWords(); words != "" && words != s.others && u.Catalog.Ended > before.Catalog.Ended {
		s.others = words
		s.notify(AboutCatalog, text.Sentence(words)+".")
	}
	s.reportRead(AboutAssets, "Conviso", before.Assets, u.Assets)
	if u.Disk && !before.Disk {
		s.diskRead(u.Generation == 0)
	}
	s.runWaiting()
	s.front.Changed(Updated)
}

// diskRead continues from what is on disk, at the start or after a change of kinds.
func (s *Session) diskRead(start bool) {
	if s.ID.Offline && s.Known.View.Catalog == nil {
		s.notify(AboutCatalog, fmt.Sprintf("Offline, and no %s was read before: run it once without --offline.", KindWords(s.Kinds(), "or")))
	}
	if !start {
		return
	}
	s.AutoKnown(s.engine.AutoImport())
	if !s.ID.Offline {
		s.ReadConnection()
	}
}

// absorb ignores what the queue held at the start: it is not news.
func (s *Session) absorb(before *importer.Update) {
	changed := s.Known.Changed
	failed := s.Job.Absorb(changed, s.now())
	if before.QueueRead {
		s.logChanges(before.View.Items, changed, failed)
	}
	if len(changed) > 0 {
		s.LookAtFlow()
	}
}

// reportQueue offers to finish what an earlier run left; nothing is sent before the user agrees.
func (s *Session) reportQueue(before *importer.Update) {
	u := &s.Known
	switch {
	case u.QueueErr == nil && before.QueueErr != nil:
		s.dismiss(AboutQueue)
	case u.QueueErr != nil && before.QueueErr == nil && !cancelled(u.QueueErr):
		s.trouble(AboutQueue, u.QueueErr.Error(), "")
	}
	if !u.QueueRead {
		return
	}
	s.offer(AboutLate, s.Left().LateWords(s.now()), before.QueueRead)
	s.offer(AboutUnfinished, s.offerWords(), before.QueueRead)
}

// offer notifies once; later updates only renew the text while it is on show.
func (s *Session) offer(about Topic, words string, renews bool) {
	if words != "" || renews {
		s.front.Notify(Notice{About: about, Text: words, Renews: renews && words != ""})
	}
}

func (s *Session) offerWords() string {
	l := s.Left()
	from := fmt.Sprintf("Unfinished import from %s: %s", text.Clock(s.now(), l.Since), l.Words())
	switch {
	case l.Unfinished() == 0, s.copied != nil:
		return ""
	case s.Job.Runner != "":
		return text.Join(" ", s.Job.Runner+" is importing: "+l.Words(), s.phrases.Show)
	case s.Unable() != "":
		return from + " Not resumed, " + s.Unable()
	}
	return from + " " + s.phrases.Resume
}

// reportRead reports how a read has ended. The cause comes last because narrow windows cut it.
func (s *Session) reportRead(about Topic, side string, before, now importer.Load) {
	switch {
	case now.Ended == before.Ended || cancelled(now.Err):
	case now.Err == nil:
		s.dismiss(about)
	case !now.Down.IsZero():
		s.trouble(about, "offline since "+text.Clock(s.now(), now.Down)+" ("+side+"), r tries again: "+now.Err.Error(), "")
	default:
		s.trouble(about, ReadError(now.Err), "")
	}
}

// Refresh reads both lists and the integration again; all rereads unchanged assets too.
func (s *Session) Refresh(all bool) {
	s.monitor.Refresh(all)
	s.ReadConnection()
}

// Connection is the platform's record of this catalog.
type Connection struct {
	Integration *conviso.Integration
	ReadAt      time.Time // zero before the first answer
	Err         error     // of the last read; the older result stays
}

// ReadConnection reads the platform's record of this catalog and auto-import's flag.
func (s *Session) ReadConnection() {
	s.front.Run(func(ctx context.Context) func() {
		integration, err := s.engine.Integration(ctx)
		status := s.engine.AutoImport()
		at := s.now()
		switch {
		case err == nil:
			status.Flag, status.FlagReadAt = integration.AutoImportEnabled, at
		case errors.Is(err, conviso.ErrNoIntegration):
			status.Flag, status.FlagReadAt = false, at
			integration, err = nil, nil
		}
		return func() {
			switch {
			case err == nil:
				s.Connection = Connection{Integration: integration, ReadAt: at}
			case !cancelled(err):
				s.Connection.Err = err
			}
			s.AutoKnown(status)
		}
	})
}
