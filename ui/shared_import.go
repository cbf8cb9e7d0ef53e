package ui

import (
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// What line mode shares with the table about the review, and about taking a plan elsewhere.

// ReviewGroups are what is unusual about a plan, by what its entities have in common. Listed reports
// whether an entity is on the list.
func ReviewGroups(p *importer.Plan, listed func(catalog.Ref) bool) []importer.Group {
	return reviewGroups(p, listed)
}

// PlanNotes are what a plan has to say of single entities.
func PlanNotes(p *importer.Plan) map[catalog.Ref]string { return planNotes(p) }

// NotSavable is why a plan cannot be saved as a file, or empty.
func NotSavable(o *Outside, p *importer.Plan) string { return notSavable(o, p) }

// Headless is the command that sends a plan without anybody watching, or why there is none. The
// plan is one of auto-import or not, and is in the file saved unless that is empty; saveFirst
// says how it comes into one. kinds are those of the list that it was made by.
func Headless(o *Outside, id importer.Identity, kinds []string, p *importer.Plan, auto bool, saved, saveFirst string) (line, why string) {
	h := handOver{command: o.Command, kinds: kinds, demo: id.Demo, plan: p, auto: auto, saved: saved, saveFirst: saveFirst}
	return h.headless()
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

// Undo are changes of marks that can be taken back and made again.
type Undo struct{ history history }

// Note remembers what a change has made of the marks.
func (u *Undo) Note(before, after map[catalog.Ref]bool) {
	was, is := marks{away: before, n: len(before)}, marks{away: after, n: len(after)}
	var s markStep
	for ref := range before {
		if !is.has(ref) {
			s.refs = append(s.refs, change{ref: ref, was: was.of(ref), is: unmarked})
		}
	}
	for ref := range after {
		if c := (change{ref: ref, was: was.of(ref), is: is.of(ref)}); c.was != c.is {
			s.refs = append(s.refs, c)
		}
	}
	u.history.add(s)
}

// Turn takes the latest change back, or makes the one again that was taken back, and says what
// came of it. Nothing is marked that cannot be.
func (u *Undo) Turn(on map[catalog.Ref]bool, back bool, can func(catalog.Ref) bool) string {
	word, none := turnWords(back)
	done, found := u.history.turn(&marks{away: on, n: len(on)}, back, judge{ref: can})
	if !found {
		return text.Sentence(none)
	}
	return fmt.Sprintf("%s: %s", word, done.words())
}
