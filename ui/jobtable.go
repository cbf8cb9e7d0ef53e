package ui

import (
	"fmt"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
)

// jobTable is how wide the columns of the importing screen are.
type jobTable struct {
	gl               glyphs
	width, name, try int
}

func newJobTable(w int, gl glyphs) jobTable {
	return jobTable{gl: gl, width: w, name: min(widest, w*2/5), try: 3}
}

// line is a row of plain text.
func (t *jobTable) line(name, try, state string) string {
	head := "  " + t.gl.cell(name, t.name) + "  " + t.gl.cell(try, t.try) + "  "
	return strings.TrimRight(head+t.gl.cut(state, t.width-width(head)), " ")
}

// jobLine is one item of the job.
func (m *model) jobLine(t *jobTable, ref catalog.Ref) string {
	item := m.jobItem(ref)
	name := safetext.Line(item.Project.Name)
	if name == "" {
		name = ref.Name()
	}
	if ns := ref.Namespace(); ns != catalog.DefaultNamespace {
		name += " (" + ns + ")"
	}
	try := "-"
	if item.Attempts > 0 {
		try = fmt.Sprint(item.Attempts)
	}
	head := t.line(name, try, "x")
	head = head[:len(head)-1]
	words := t.gl.cut(m.itemWords(&item), t.width-width(head))
	return head + m.st.states[item.State].of(words)
}

// itemWords are an item's state with what is worth knowing of it.
func (m *model) itemWords(item *importer.Item) string {
	state := string(item.State)
	pad := blanks(10 - len(state))
	switch item.State {
	case importer.Imported:
		if item.AssetID != "" {
			return state + pad + "asset " + item.AssetID
		}
	case importer.Accepted:
		if item.Error == "" {
			return state + pad + "their job still runs" + since(m.now(), item.SentAt)
		}
		return state + pad + safetext.Line(item.Error) + since(m.now(), item.SentAt)
	case importer.Retrying:
		note := safetext.Line(item.Error)
		if item.NotBefore.After(m.now()) {
			note = strings.TrimSpace("not before " + item.NotBefore.In(m.now().Location()).Format("15:04:05") + "  " + note)
		}
		return strings.TrimRight(state+pad+note, " ")
	case importer.Failed:
		return state + pad + text.Reason(item.Project.Name, item.Error)
	case importer.Queued, importer.Sending:
	default:
	}
	return state
}

// since says how long ago an item was sent that does not appear.
func since(now, sent time.Time) string {
	if age := waiting(now, sent); age != "" {
		return ", sent" + age + " ago"
	}
	return ""
}
