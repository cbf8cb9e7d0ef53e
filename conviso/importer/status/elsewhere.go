package status

import (
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/sources"
	"conviso-importer/internal/text"
)

// tied makes a status without a tie one with it.
func (s Status) tied(t sources.Tie) Status {
	state := t.Over(s.State)
	switch {
	case t.There && state == queue.Imported:
		return Status{State: state, Reason: t.Reason(), AssetID: t.ID, CheckedAt: t.At, SentAt: s.SentAt}
	case state != s.State:
		return Status{State: state, Reason: t.Reason(), SentAt: s.SentAt}
	}
	return s
}

// Due returns the ids that annotations name, the list lacks and nobody has asked for since before; see sources.Ties.
func (s *Statuses) Due(before time.Time) []string { return s.resolver.ties.Due(before) }

// Beside is what the platform has beside a row's entity.
func (s *Statuses) Beside(row int) sources.Beside {
	r := s.resolver
	if r.others == nil && r.ties == nil {
		return sources.Beside{}
	}
	return r.others.Beside(r.names.Key(row), r.ties[row], r.assets)
}

// Note is what else is to be known of a row; see Status.Note.
func (s *Statuses) Note(row int) string {
	if s == nil || s.resolver == nil {
		return ""
	}
	beside := s.Beside(row)
	return text.Join("; ", beside.Notes(s.resolver.names.Name(row))...)
}
