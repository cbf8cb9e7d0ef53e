package printout

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
)

// TakenBack is the JSON of queue drop.
type TakenBack struct {
	TakenBack int           `json:"takenBack"`
	OnTheWay  int           `json:"onTheWay"`
	Items     []TakenItem   `json:"items"`
	NotQueued []catalog.Ref `json:"notQueued"` // asked for, and not in the queue
}

// TakenItem is one item of a TakenBack. State is skipped for what was taken back.
type TakenItem struct {
	Ref   string `json:"ref"`
	Name  string `json:"name"`
	State string `json:"state"`
	Error string `json:"error"`
}

// OfTakenBack returns the JSON of what was taken back of the entities asked for, if any were named.
func OfTakenBack(back *importer.TakenBack, asked []catalog.Ref) TakenBack {
	out := TakenBack{TakenBack: len(back.Taken), OnTheWay: len(back.OnTheWay), Items: []TakenItem{}, NotQueued: []catalog.Ref{}}
	queued := map[catalog.Ref]bool{}
	for _, items := range [][]importer.Item{back.Taken, back.OnTheWay, back.Others} {
		for i := range items {
			item := &items[i]
			queued[item.Ref] = true
			out.Items = append(out.Items, TakenItem{Ref: string(item.Ref), Name: safetext.Line(item.Project.Name), State: string(item.State), Error: item.Error})
		}
	}
	for _, ref := range asked {
		if !queued[ref] {
			out.NotQueued = append(out.NotQueued, ref)
		}
	}
	return out
}
