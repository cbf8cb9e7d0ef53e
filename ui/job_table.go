package ui

import (
	"fmt"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
)

const jobGutter = 2 // before the names

func newJobTable(w int, gl draw.Glyphs) draw.Table {
	return draw.NewTable(w, jobGutter, gl, []draw.Column{
		{Title: "NAME", Rank: 1, Width: min(widest, w*2/5)},
		{Title: "TRY", Rank: 2, Width: 3},
		{Title: "STATE", Rank: 3, Width: 1, Grow: [...]int{draw.Rest, 0, 0}},
	})
}

func (m *jobScreen) jobLine(t *draw.Table, item *importer.JobItem) string {
	return t.Row(&m.st, draw.Blanks(jobGutter), func(title string) draw.Cell {
		switch title {
		case "NAME":
			return draw.Cell{Text: jobName(item)}
		case "STATE":
			return draw.Cell{Text: m.itemWords(item), Style: m.st.States[item.State]}
		}
		if item.Attempts > 0 {
			return draw.Cell{Text: fmt.Sprint(item.Attempts)}
		}
		return draw.Cell{Text: "-"}
	})
}

// jobName adds the namespace if it is not the default one.
func jobName(item *importer.JobItem) string {
	name := item.Name
	if name == "" {
		name = item.Ref.Name()
	}
	if ns := item.Ref.Namespace(); ns != catalog.DefaultNamespace {
		name += " (" + ns + ")"
	}
	return name
}

func (m *jobScreen) itemWords(item *importer.JobItem) string {
	state := string(item.State)
	pad := draw.Blanks(10 - len(state))
	switch item.State {
	case importer.Imported:
		if item.AssetID != "" {
			return state + pad + text.Join("; ", "asset "+item.AssetID, item.Reason())
		}
	case importer.Accepted:
		if item.Error == "" {
			return state + pad + "Conviso is processing it" + since(m.now(), item.SentAt)
		}
		return state + pad + safetext.Line(item.Error) + since(m.now(), item.SentAt)
	case importer.Retrying:
		note := safetext.Line(item.Error)
		if item.NotBefore.After(m.now()) {
			note = strings.TrimSpace("not before " + item.NotBefore.In(m.now().Location()).Format("15:04:05") + "  " + note)
		}
		return strings.TrimRight(state+pad+note, " ")
	case importer.Failed, importer.Skipped:
		return state + pad + text.Reason(item.Name, item.Error)
	case importer.Queued, importer.Sending:
	default:
	}
	return state
}

// since says how long ago an item was sent that has not appeared.
func since(now, sent time.Time) string {
	if age := waiting(now, sent); age != "" {
		return ", sent" + age + " ago"
	}
	return ""
}
