package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/sources"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// remembered reads what the queue's file has of assets.
func (e *Engine) remembered(ctx context.Context) error {
	return errors.Join(e.known.Load(ctx), e.others.Load(ctx))
}

// compared returns the view as it is when the assets of other sources were looked at not over a day ago. A read of
// them that fails does not stop an import; uncompared then says why, for the plan.
func (e *Engine) compared(ctx context.Context, v *View) (_ *View, uncompared string, err error) {
	before := e.others.Known().At()
	if e.young(before, askAgain) {
		return v, "", nil
	}
	err = e.others.Read(ctx)
	switch {
	case err == nil:
		return e.Settle(ctx, e.resolvedAgain(v, v.Assets)), "", nil
	case ctx.Err() != nil:
		return nil, "", err
	}
	uncompared = safetext.Line(err.Error())
	if !before.IsZero() {
		uncompared += "; last looked at on " + before.Format(whenLayout)
	}
	return v, uncompared, nil
}

// tie is an asset that an entity's annotation names.
type tie struct {
	id     string
	there  bool // the platform has it
	absent bool // it does not; neither: it is not known yet
	source string
	at     time.Time // when that was so
}

// assetID matches what may be an asset's id; nothing else is asked for.
var assetID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// tieAll finds the assets that annotations name. The list proves no absence: it has Backstage's own alone.
func (r *resolver) tieAll() {
	if r.assets == nil {
		return
	}
	for row, id := range r.snap.AssetIDs() {
		if r.ties == nil {
			r.ties = map[int]tie{}
		}
		r.ties[row] = r.tieTo(id)
	}
}

func (r *resolver) tieTo(id string) tie {
	if _, listed := r.assets.ByID(id); listed {
		return tie{id: id, there: true, at: r.assets.ReadAt}
	}
	if !assetID.MatchString(id) {
		return tie{id: id, absent: true}
	}
	found, answer, ok := r.others.Find(id)
	return tie{id: id, there: ok && answer.There, absent: ok && !answer.There, source: found.Source, at: answer.At}
}

// over is a row's state with the tie in place of what is known without it. What is on its way stays so.
func (t tie) over(state State) State {
	switch {
	case t.absent, state.Pending():
		return state
	case t.there:
		return Imported
	case state == Imported:
		return state
	}
	return Unknown
}

// explain makes a status without the tie one with it.
func (t tie) explain(s *Status) {
	state := t.over(s.State)
	switch {
	case t.there && state == Imported:
		*s = Status{State: state, Reason: "by its annotation " + catalog.AnnotationAsset, AssetID: t.id, CheckedAt: t.at, SentAt: s.SentAt}
		if t.source != "" {
			s.Reason += "; the asset is from " + t.source
		}
	case state != s.State:
		*s = Status{State: state, Reason: fmt.Sprintf("its annotation %s names asset %s, and whether Conviso has that is not known yet",
			catalog.AnnotationAsset, t.id), SentAt: s.SentAt}
	}
}

// dueTies returns the ids of ties whose asset is not known, or was looked for before the time.
func (s *Statuses) dueTies(before time.Time) []string {
	var ids []string
	for _, t := range s.resolver.ties {
		if !t.at.After(before) && assetID.MatchString(t.id) {
			ids = append(ids, t.id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// settleTies asks for the assets that annotations name and the list lacks; where they are many, it reads all.
func (e *Engine) settleTies(ctx context.Context, v *View) *View {
	before := e.now().Add(-askAgain)
	due := v.Statuses.dueTies(before)
	if len(due) > known.MaxAsked && !e.young(e.others.Known().At(), askAgain) && e.others.Read(ctx) == nil {
		v = e.resolvedAgain(v, v.Assets)
		due = v.Statuses.dueTies(before)
	}
	var wanted []queue.Known
	for _, id := range due[:min(len(due), known.MaxAsked)] {
		wanted = append(wanted, queue.Known{AssetID: id})
	}
	answers := known.LookUp(ctx, e.platform, wanted, e.now)
	if len(answers) == 0 {
		return v
	}
	e.others.Answered(ctx, answers)
	return e.resolvedAgain(v, v.Assets)
}

// namesakes are the assets of other sources with a row's name.
func (r *resolver) namesakes(row int) []sources.Asset {
	if r.others.Len() == 0 {
		return nil
	}
	return slices.DeleteFunc(r.others.Named(r.names.Key(row)), func(a sources.Asset) bool {
		if t := r.ties[row]; t.there && t.id == a.ID {
			return true
		}
		if r.assets == nil {
			return false
		}
		_, ours := r.assets.ByID(a.ID)
		return ours
	})
}

// note is what else is to be known of a row.
func (s *Statuses) note(row int) string {
	if s == nil || s.resolver == nil {
		return ""
	}
	var item PlanItem
	item.Project.Name = s.resolver.names.Name(row)
	s.lookElsewhere(row, &item)
	return text.Join("; ", item.elsewhereNotes()...)
}

// lookElsewhere notes of a row what other sources have.
func (s *Statuses) lookElsewhere(row int, item *PlanItem) {
	item.Elsewhere = s.resolver.namesakes(row)
	if t := s.resolver.ties[row]; t.absent {
		item.NoAsset = t.id
	}
}

// maxElsewhere bounds how many assets of one name are told.
const maxElsewhere = 3

// elsewhere says which other assets have the item's name: "payments from GITHUB", with ids "payments from GITHUB (asset 7)".
func (i *PlanItem) elsewhere(ids bool) string {
	var words []string
	for _, a := range i.Elsewhere[:min(len(i.Elsewhere), maxElsewhere)] {
		word := cmp.Or(safetext.Line(a.Source), "another source")
		if ids {
			word += fmt.Sprintf(" (asset %s)", safetext.Line(a.ID))
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if more := len(i.Elsewhere) - maxElsewhere; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return safetext.Line(i.Project.Name) + " from " + strings.Join(words, " and ")
}

func (i *PlanItem) elsewhereNotes() []string {
	var notes []string
	if len(i.Elsewhere) > 0 {
		notes = append(notes, fmt.Sprintf("Conviso also has %s; %s would say that it is the same", i.elsewhere(true), catalog.AnnotationAsset))
	}
	if i.NoAsset != "" {
		notes = append(notes, fmt.Sprintf("its annotation %s names asset %s, which Conviso does not have",
			catalog.AnnotationAsset, safetext.Line(i.NoAsset)))
	}
	return notes
}

// elsewhereText is Text for findings about other assets.
func (f *Finding) elsewhereText() string {
	switch f.Kind {
	case FindingElsewhere:
		return "not merged: Conviso also has " + f.values(false)
	case FindingNoAsset:
		return text.Plural(len(f.Entries), "names", "name") + " an asset in " + catalog.AnnotationAsset + " that Conviso does not have"
	default:
		return "not compared with assets of other sources"
	}
}
