package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// overSSH makes the program send cells rather than lines.
const overSSH = "SSH_TTY=/dev/pts/0"

// cellsOf are the cells of a screen that tmux captured: every character with the attributes that
// it has, however those are written, and nothing for blanks at the end of a line.
func cellsOf(capture string) []string {
	var lines []string
	on := map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimRight(capture, "\n"), "\n") {
		var cells []string
		for line != "" {
			if codes, rest, ok := strings.Cut(line, "m"); ok && strings.HasPrefix(line, "\x1b[") {
				line = rest
				for code := range strings.SplitSeq(codes[2:], ";") {
					attribute(on, code)
				}
				continue
			}
			var all []string
			for code := range on {
				all = append(all, code)
			}
			slices.Sort(all)
			r := []rune(line)[0]
			cells = append(cells, string(r)+strings.Join(all, ";"))
			line = line[len(string(r)):]
		}
		for len(cells) > 0 && cells[len(cells)-1] == " " {
			cells = cells[:len(cells)-1]
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// attribute switches what a code of SGR switches, as tmux writes them.
func attribute(on map[string]bool, code string) {
	colour := func(first string) {
		for old := range on {
			if len(old) > 1 && strings.HasPrefix(old, first) {
				delete(on, old)
			}
		}
	}
	switch {
	case code == "" || code == "0":
		clear(on)
	case code == "39":
		colour("3")
		colour("9")
	case code == "49":
		colour("4")
		colour("10")
	case len(code) > 1:
		attribute(on, map[bool]string{true: "39", false: "49"}[code[0] == '3' || code[0] == '9'])
		on[code] = true
	default:
		on[code] = true
	}
}

// TestCellsOf keeps the comparison below honest.
func TestCellsOf(t *testing.T) {
	for _, pair := range [][2]string{
		{"a  ", "a"}, {"\x1b[1ma\x1b[0m", "\x1b[0;1ma\x1b[0m  \n"}, {"\x1b[31m\x1b[32ma\x1b[39m", "\x1b[32ma"}, {"\x1b[1;36ma\x1b[0mb", "\x1b[36m\x1b[1ma\x1b[0m\x1b[39mb"},
	} {
		if !slices.Equal(cellsOf(pair[0]), cellsOf(pair[1])) {
			t.Errorf("%q and %q look different: %q, %q", pair[0], pair[1], cellsOf(pair[0]), cellsOf(pair[1]))
		}
	}
	for _, pair := range [][2]string{{"a", "b"}, {"\x1b[1ma", "a"}, {"\x1b[31ma", "\x1b[32ma"}, {"\x1b[7ma \x1b[0m", "\x1b[7ma\x1b[0m"}, {"a\nb", "a\n\nb"}} {
		if slices.Equal(cellsOf(pair[0]), cellsOf(pair[1])) {
			t.Errorf("%q and %q look the same", pair[0], pair[1])
		}
	}
}

// twins are two tables that get the same keys: one sends cells, the other lines.
type twins struct {
	t            *testing.T
	cells, lines *screen
}

func (w twins) press(keys ...string) {
	w.t.Helper()
	w.cells.press(keys...)
	w.lines.press(keys...)
}

func (w twins) await(what string) {
	w.t.Helper()
	w.cells.await(what, 20*time.Second)
	w.lines.await(what, 20*time.Second)
}

// agree fails the test unless both screens come to show the same.
func (w twins) agree(when string) {
	w.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		cells, lines := w.cells.still(), w.lines.still()
		if slices.Equal(cellsOf(cells), cellsOf(lines)) {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("%s: by cells\n%s\nby lines\n%s", when, cells, lines)
		}
	}
}

// startTwins opens both tables from a shell, each with a state of its own.
func startTwins(t *testing.T, env []string) twins {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed, and job control needs a shell")
	}
	w := twins{t: t}
	for i, place := range []**screen{&w.cells, &w.lines} {
		dir := t.TempDir()
		own := append(slices.Clone(env), overSSH, "PS1=ready> ", "HISTFILE=",
			"CONVISO_STATE_DIR="+filepath.Join(dir, "state"), "CONVISO_CACHE_DIR="+filepath.Join(dir, "cache"))
		s := openWindow(t, own, bash, "--norc", "--noprofile", "--noediting", "-i")
		*place = s
		s.await("ready>", 20*time.Second)
		// Where the shell leaves the cursor must not differ.
		s.write("clear; P=" + quoted(binary) + map[int]string{1: "; N=--no-diff"}[i] + "; clear")
		s.press("Enter")
	}
	time.Sleep(200 * time.Millisecond)
	for _, s := range []*screen{w.cells, w.lines} {
		s.write("$P $N")
		s.press("Enter")
	}
	return w
}

// TestCellsShowWhatLinesShow protects every screen over SSH: with the same keys both ways of
// drawing end in the same picture, over resizes and a stop in between.
func TestCellsShowWhatLinesShow(t *testing.T) {
	t.Parallel()
	w := startTwins(t, newWorld(t, 0).env())
	w.await("catalog just now   assets just now")
	w.agree("at the start")
	for _, keys := range [][]string{
		{"j"}, {"j", "j", "Space"}, {"Space"}, {"PageDown"}, {"End"}, {"k"}, {"Home"}, {"/", "p", "a"}, {"y"}, {"C-u"}, {"Enter"}, {"Escape"},
		{"m"}, {"p"}, {"j"}, {"PageDown"}, {"p"}, {"s"}, {"?"}, {"PageDown"}, {"q"}, {"Enter"}, {"j", "j"}, {"q"}, {"w"}, {"c"}, {"q"},
	} {
		w.press(keys...)
		w.agree(strings.Join(keys, " "))
	}
	for _, size := range [][2]int{{120, 40}, {100, 20}, {40, 10}, {20, 5}, {80, 24}} {
		w.cells.resize(size[0], size[1])
		w.lines.resize(size[0], size[1])
		w.agree("another size")
		w.press("j")
		w.agree("a key after another size")
	}
	w.press("C-z")
	w.await("Stopped")
	w.press("f", "g", "Enter")
	w.await("240 of 240")
	w.agree("after a stop")
	w.press("j", "Space")
	w.agree("a key after a stop")
	w.press("C-l")
	w.agree("mended")
	w.press("j")
	w.agree("a key after mending")
}

// TestHostileTextByCells protects the same where the catalog's text does what it can: wide and
// joined characters, marks, right to left. Rows that are too wide for the terminal while the
// table thinks them to fit are left out: they scroll the window once a frame.
func TestHostileTextByCells(t *testing.T) {
	t.Parallel()
	catalog := hostileCatalog()
	for i, text := range []string{
		"日本語 データ", "e\u0301a\u0302 marks", "👨\u200d👩\u200d👧 family", "❤\ufe0f heart", "🇩🇪 flag", "العربية", "हिन्दी क्षि", "ไทยน้ำ",
		strings.Repeat("界", 60), "👍🏽 fine", strings.Repeat("e\u0301", 90), "☎ ⚠ ▶", "Ωμέγα Привет", "naïve über",
	} {
		catalog = append(catalog, entityMap{"kind": "Component", "metadata": map[string]any{"uid": fmt.Sprint("u", i), "name": fmt.Sprint("a-", i), "title": text,
			"description": text}, "spec": map[string]any{"type": "service", "lifecycle": "production", "owner": text}})
	}
	a := newAccount(t, serve(t, rawCatalog(catalog)), serve(t, hostilePlatform()))
	w := startTwins(t, a.env)
	w.await("catalog just now   assets just now")
	w.agree("at the start")
	for range 12 {
		for _, keys := range [][]string{{"j"}, {"j", "Space"}, {"PageDown"}, {"k"}} {
			w.press(keys...)
			w.agree(strings.Join(keys, " "))
		}
	}
	w.press("p")
	for range 12 {
		w.press("k")
		w.agree("up beside the pane")
	}
	w.press("/", "e")
	w.agree("a filter")
}
