package intro

import (
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
)

// View draws the screen.
func (f *FirstRun) View() string {
	w := f.Width
	body := []string{""}
	body = append(body, draw.Wrap("Nothing is configured yet. Look around in the demo, or connect your own systems.", w)...)
	body = append(body, "", f.line(stepDemo, "Open the demo"),
		f.note("240 made-up entities; nothing real is touched"), "")
	at := 0
	for s := stepURL; s <= stepKey; s++ {
		if s == f.at {
			at = len(body)
		}
		body = append(body, f.inputLine(s))
	}
	body = append(body, "", f.line(stepConnect, "Test and connect"),
		f.note("what you type stays in memory; nothing is written"), "")
	if f.at == stepConnect {
		at = len(body)
	}
	body = append(body, f.trialLines(sideCatalog, "Backstage")...)
	body = append(body, f.trialLines(sidePlatform, "Conviso")...)
	keys := "enter goes on  tab moves  ctrl+c quits"
	if !f.typing() {
		keys = "enter chooses  tab moves  q quits"
	}
	return f.draw(body, at, keys)
}

func (f *FirstRun) line(s step, text string) string {
	return f.marker(s) + f.Glyphs.Cut(text, f.Width-2)
}

func (f *FirstRun) note(text string) string {
	return "  " + f.Styles.Dim.Of(f.Glyphs.Cut(text, f.Width-2))
}

func (f *FirstRun) marker(s step) string {
	if s == f.at {
		return f.Styles.Marker.Of(">") + " "
	}
	return "  "
}

func (f *FirstRun) inputLine(s step) string {
	names := map[step]string{stepURL: "Backstage URL", stepToken: "Backstage token", stepKey: "Conviso API key"}
	const name = 17
	head := f.marker(s) + f.Glyphs.Cell(names[s], name)
	in := f.inputs[s]
	room := max(1, f.Width-2-name)
	if s == f.at {
		return head + draw.Input(&in, room, f.Styles.Input)
	}
	text := in.Value()
	if text != "" && s != stepURL {
		// Do not show the length.
		text = "********"
	}
	return head + f.Glyphs.Cut(safetext.Line(text), room)
}

func (f *FirstRun) trialLines(which side, name string) []string {
	switch t := f.trials[which]; {
	case t.running:
		return []string{"  " + name + ": asking" + f.Glyphs.Ellipsis}
	case t.passed:
		return []string{"  " + name + ": " + f.Styles.Good.Of("ok")}
	case t.err != nil:
		var lines []string
		for _, line := range draw.Wrap(name+": "+text.Sentence(t.err.Error()), max(1, f.Width-2)) {
			lines = append(lines, "  "+f.Styles.Trouble.Of(line))
		}
		return lines
	}
	return nil
}
