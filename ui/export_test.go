package ui

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/printout"
)

// exportScenes are the states of writing rows to a file.
func exportScenes() map[string]scene {
	return map[string]scene{
		"export":          {world: bank, play: func(h *harness) { h.press("e") }},
		"exported":        {world: bank, play: func(h *harness) { h.press("e", "enter") }},
		"export-import":   {world: busyBank, play: func(h *harness) { h.press("a", "i", "y"); progress(h); h.press("e") }},
		"export-refused":  {world: bank, options: func(o *Options) { o.Export = taken }, play: func(h *harness) { h.press("e", "enter") }},
		"export-too-long": {world: bank, play: func(h *harness) { h.press("e"); h.write("/and/so/on/and/so/on/and/so/on/to/the/end.csv") }},
	}
}

func taken(name string, _ []printout.Item) (string, error) {
	return "", errors.New("a file of this name exists already and was left as it is: /home/ana/" + name + "; choose another name")
}

// written is what an export was asked to write.
type written struct {
	name string
	refs []string
	rows []printout.Item
}

func (w *written) into(o *Options) {
	o.Export = func(name string, rows []printout.Item) (string, error) {
		w.name, w.rows, w.refs = name, rows, nil
		for _, row := range rows {
			w.refs = append(w.refs, row.Name)
		}
		return "/home/ana/" + name, nil
	}
}

// TestExport checks that the file has the filtered, sorted list under the given name.
func TestExport(t *testing.T) {
	var w written
	within(t, 120, 40, bankWithFailures(), w.into, func(h *harness) {
		h.press("/")
		h.write("pix")
		h.press("enter", "S", "e")
		h.shows("Write to: conviso-importer-20261123-0640.csv", "enter writes")
		for range len("-0640.csv") {
			h.press("backspace")
		}
		h.write(" q.json")
		h.press("enter")
		if w.name != "conviso-importer-20261123 q.json" || !slices.Equal(w.refs, []string{"pix-limits", "pix-adapter"}) {
			t.Errorf("%q got %v", w.name, w.refs)
		}
		if row := w.rows[1]; row.Status != "imported" || row.AssetID != "504" {
			t.Errorf("the row is %+v", row)
		}
		h.shows("2 rows written to /home/ana/conviso-importer-20261123 q.json, readable by you alone.")
		h.press("j", "s")
		h.shows("2 rows written")
		h.press("esc")
		h.lacks("written")
		h.press("esc", "1", "4", "e", "enter")
		if row := w.rows[0]; len(w.rows) != 1 || row.Status != "failed" || row.Error != "payment-settlement: tags has invalid value" {
			t.Errorf("the rows are %+v", w.rows)
		}
		h.shows("1 row written")
	})
}

// TestExportItems checks that the items of an import are exported whatever the list shows.
func TestExportItems(t *testing.T) {
	var w written
	within(t, 80, 24, bankWithFailures(), w.into, func(h *harness) {
		h.press("/")
		h.write("pix-limits")
		h.press("enter", "a", "i", "y")
		h.wait(time.Second)
		h.press("e", "enter")
		if len(w.rows) != 1 || w.rows[0].Error != "assetType is not included in the list" || w.rows[0].Owner == "" {
			t.Errorf("the rows are %+v", w.rows)
		}
		h.shows("1 row written")
	})
}

// TestExportPrompt checks that the prompt takes all keys, that esc cancels, and that a bad name is offered again.
func TestExportPrompt(t *testing.T) {
	calls := 0
	within(t, 120, 40, bank(), func(o *Options) {
		o.Export = func(name string, rows []printout.Item) (string, error) { calls++; return taken(name, rows) }
	}, func(h *harness) {
		h.press("e")
		h.write("aiqz?")
		h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("pasted"), Paste: true})
		h.shows("0640.csvaiqz?pasted")
		h.press("esc")
		if calls != 0 || h.m.work.Marks.Len() != 0 || h.m.onShow() != screen(h.m.browse) || h.quit {
			t.Errorf("%d files, marks %v, on the %s screen", calls, maps.Collect(h.m.work.Marks.All()), h.m.onShow().name())
		}
		h.press("e")
		h.lacks("aiqz")
		h.write("2")
		h.press("enter")
		h.shows("! A file of this name exists already and was left as it is: /home/ana/conviso-importer-20261123-0640.csv2", "asks again")
		h.press("e")
		h.shows("Write to: conviso-importer-20261123-0640.csv2")
		for range 60 {
			h.press("backspace")
		}
		h.press("enter")
		h.shows("No name was given, so nothing was written.")
		if calls != 1 {
			t.Errorf("%d files", calls)
		}
	})
}

// TestExportOfAPart checks that the export of a partly read catalog says so.
func TestExportOfAPart(t *testing.T) {
	f := upTo(9, bank())
	within(t, 120, 40, f, nil, func(h *harness) {
		h.press("e", "enter")
		h.shows("9 rows written", "The catalog had not been read")
	})
}
