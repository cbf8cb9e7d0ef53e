package ui

import (
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// What line mode shares with the table about sending and files.

// Sending is an import as line mode knows it.
type Sending struct {
	Now   time.Time
	Flow  importer.Flow
	Refs  []catalog.Ref
	Items map[catalog.Ref]importer.Item
	// Draining says that this process sends, Runner which other one does.
	Draining bool
	Runner   string
}

// model is the table as it would be over this import.
func (s *Sending) model() *model {
	then := time.Unix(1, 0)
	m := &model{opt: Options{Now: func() time.Time { return s.Now }}, latest: inputs{items: s.Items},
		job: job{refs: s.Refs, began: then, ended: then, draining: s.Draining, runner: s.Runner}}
	m.flow.Flow = s.Flow
	m.job.absorb(s.Items, s.Now)
	return m
}

// NotPausable is why the sending cannot be paused, or empty.
func (s *Sending) NotPausable() string { return s.model().notPausable() }

// NotStoppable is why the sending cannot be stopped, or empty.
func (s *Sending) NotStoppable() string { return s.model().notStoppable() }

// ToSend is how many of its items are still to be sent.
func (s *Sending) ToSend() int { return s.model().toSend() }

// Reasons are lines about what of it has failed, each with the whole of its reason; those that
// begin with blanks belong to the one before them.
func (s *Sending) Reasons() []string { return s.model().failureParagraphs() }

// Words say what the sending waits for, or are empty.
func (s *Sending) Words() string {
	m := s.model()
	switch f := &m.flow; {
	case f.waits(s.Now):
		return importer.PaceText(s.Now, f.Pace)
	case f.Trouble.What != "":
		return importer.TroubleText(s.Now, f.Trouble)
	case f.slowed(s.Now):
		return importer.SlowedText(s.Now, f.Pace)
	}
	return ""
}

// NoFiles is why nothing can be exported where there is no way to.
const NoFiles = noFiles

// ExportName is what an exported file is called unless the user says otherwise.
func ExportName(now time.Time) string { return exportName(now) }

// Exported says how many rows were written to where, and whether the catalog had been read
// whole.
func Exported(rows int, path string, complete bool) string {
	return exportedWords(rows, path, !complete)
}
