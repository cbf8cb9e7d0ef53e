//go:build slow

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// look is a way in which the program draws.
type look struct {
	name string
	env  []string
	args []string
}

// looks are those that users choose or that their terminal asks for.
func looks() []look {
	return []look{{name: "colour"}, {name: "no-color", env: []string{"NO_COLOR=1"}}, {name: "ascii", args: []string{"--ascii"}}}
}

// walk is a user's way through the program, who looks at every screen in every size.
type walk struct {
	*screen
	look look
	// folder is where the screens are kept, as WALK_DIR has it.
	folder string
	tour   string
	seen   int
}

// walkSizes are the windows of a phone, of a terminal as it opens, and of a large one.
var walkSizes = [...][2]int{{80, 24}, {120, 40}, {40, 10}}

// looksAt takes a picture of the screen in every size and checks what holds for all of them.
// The texts are looked for in the window of 120 by 40; words in it stand in every size.
func (w *walk) looksAt(name string, words []string, texts ...string) {
	w.t.Helper()
	w.seen++
	for _, size := range walkSizes {
		w.resize(size[0], size[1])
		w.drawn(size[0])
		picture := w.still()
		w.keep(fmt.Sprintf("%s-%02d-%s.%dx%d.%s.txt", w.tour, w.seen, name, size[0], size[1], w.look.name), picture)
		plain := ansi.Strip(picture)
		wanted := words
		if size[0] == 120 {
			wanted = append(wanted[:len(wanted):len(wanted)], texts...)
		}
		for _, text := range wanted {
			if !strings.Contains(plain, text) {
				w.t.Errorf("%s at %dx%d: %q is not on it:\n%s", name, size[0], size[1], text, plain)
			}
		}
		w.honest(name, picture, size)
	}
	w.resize(80, 24)
	w.drawn(80)
}

// drawn waits until the program has drawn a window of so many columns: the environment's word
// ends the first line of every screen.
func (w *walk) drawn(columns int) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		first, _, _ := strings.Cut(w.plain(), "\n")
		if ansi.StringWidth(first)+1 == columns {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("a window of %d columns was not drawn:\n%s", columns, w.plain())
		}
	}
}

// colours are the codes of colours, of which only the terminal's own sixteen may be used.
var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// honest checks a picture against the look that was asked for, and that drawing it anew
// changes nothing: what is on screen is what the program means.
func (w *walk) honest(name, picture string, size [2]int) {
	w.t.Helper()
	if lines := strings.Split(strings.TrimRight(picture, "\n"), "\n"); len(lines) != size[1] {
		w.t.Errorf("%s at %dx%d: the last line is not used:\n%s", name, size[0], size[1], picture)
	}
	for _, code := range colours.FindAllString(picture, -1) {
		if w.look.name == "no-color" {
			w.t.Errorf("%s at %dx%d: NO_COLOR is set, and %q is on it", name, size[0], size[1], code)
			break
		}
		if strings.Contains(code, "38;") || strings.Contains(code, "48;") {
			w.t.Errorf("%s at %dx%d: %q is none of the sixteen colours", name, size[0], size[1], code)
		}
	}
	if w.look.name == "ascii" && strings.ContainsFunc(picture, func(r rune) bool { return r > 0x7e }) {
		w.t.Errorf("%s at %dx%d: --ascii is set, and not all of it is ASCII:\n%s", name, size[0], size[1], picture)
	}
	w.drawsTheSame(name, size)
}

// drawsTheSame checks that drawing the screen anew changes nothing. What happens just then may
// change it, but not every time.
func (w *walk) drawsTheSame(name string, size [2]int) {
	w.t.Helper()
	before, again := "", ""
	for range 4 {
		before = ansi.Strip(w.still())
		w.press("C-l")
		// The same looks can be written in several ways.
		if again = ansi.Strip(w.still()); again == before {
			return
		}
	}
	w.t.Errorf("%s at %dx%d: it was\n%s\nand drawn anew it is\n%s", name, size[0], size[1], before, again)
}

// keep writes a picture where somebody can look at it.
func (w *walk) keep(name, picture string) {
	w.t.Helper()
	if w.folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(picture), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// TestWalk walks through every state that the table can be in, in each look and size, on a real
// terminal. WALK_DIR names a folder for the pictures.
func TestWalk(t *testing.T) {
	for tour, way := range tours() {
		for _, look := range looks() {
			t.Run(tour+"/"+look.name, func(t *testing.T) {
				t.Parallel()
				way(&walk{screen: &screen{t: t}, look: look, folder: os.Getenv("WALK_DIR"), tour: tour})
			})
		}
	}
}

// enters starts the program on a world.
func (w *walk) enters(world *world, args ...string) {
	w.t.Helper()
	w.screen = openScreen(w.t, append(world.env(), w.look.env...), append(args, w.look.args...)...)
}

// tours are the ways, each through states that follow from one another.
func tours() map[string]func(*walk) {
	return map[string]func(*walk){
		"work": walkWork, "loading": walkLoading, "stale": walkStale, "unknown": walkUnknown, "offline": walkOffline,
		"key": walkKey, "empty": walkEmpty, "limit": walkLimit, "drop": walkDrop,
	}
}

// walkWork is the ordinary way: find, mark, review, import, see what failed, leave.
func walkWork(w *walk) {
	world := newWorld(w.t, 300*time.Millisecond)
	world.Platform.SetReject(demo.RejectNames(map[string]string{"payment-settlement": "tags has invalid value"}))
	w.enters(world)
	w.await("New 182", 20*time.Second)
	w.looksAt("browse", []string{"LOCAL", "help"}, "CHECKED")
	w.press("?")
	w.looksAt("help", []string{"Help"})
	w.press("Escape")
	w.await("New 182", 5*time.Second)
	w.press("/")
	w.write("payment zzq")
	w.press("Enter")
	w.looksAt("empty-filter", []string{"0 of 240", "esc"})
	w.press("/", "BSpace", "BSpace", "BSpace")
	w.looksAt("typing", []string{"31 of 240"})
	w.press("Enter", "a")
	w.await("23 marked", 5*time.Second)
	w.looksAt("marked", nil, "23 selected")
	w.press("Enter")
	w.await("What an import", 5*time.Second)
	w.looksAt("detail", []string{"component:default/payment"}, "repoUrl")
	w.press("Escape")
	w.await("23 sel", 5*time.Second)
	w.press("i")
	w.await("y imports", 10*time.Second)
	w.looksAt("review", []string{"Review"})
	release := w.importsHeld(world)
	w.looksAt("importing", []string{"Importing 23"})
	release()
	w.await("finished", 30*time.Second)
	w.looksAt("done", []string{"22 imported, 1 failed"}, "tags has invalid value")
	w.press("Escape")
	w.await("New ", 5*time.Second)
	w.press("4")
	w.looksAt("row-error", []string{"failed"}, "failed: tags")
	w.press("@")
	w.looksAt("log", []string{"Log"})
	w.press("Escape")
	w.await("New ", 5*time.Second)
	w.press("q")
	w.await("exit 0", 10*time.Second)
	for _, text := range []string{"22 imported, 1 failed", "payment-settlement: tags has invalid value"} {
		if !strings.Contains(w.plain(), text) {
			w.t.Errorf("%q is not in what is left on the screen:\n%s", text, w.plain())
		}
	}
	w.keep(w.tour+"-99-after-exit."+w.look.name+".txt", w.plain())
}

// importsHeld agrees to the review and keeps the platform from answering until released.
func (w *walk) importsHeld(world *world) (release func()) {
	held := make(chan struct{})
	world.Platform.Fail(func(r faulty.Request) faulty.Fault {
		select {
		case <-held:
			return faulty.Fault{}
		default:
		}
		if r.Operation == importing {
			return faulty.Fault{Delay: 12 * time.Second}
		}
		return faulty.Fault{}
	})
	w.press("y")
	world.asked()
	return func() { close(held) }
}

// walkLoading starts with nothing cached, on a catalog that takes its time and then breaks off.
func walkLoading(w *walk) {
	world := newWorldOf(w.t, 2400, 0)
	const while = 8 * time.Second
	page := 0
	world.Catalog.Fail(func(r faulty.Request) faulty.Fault {
		if !strings.HasSuffix(r.Path, "/entities/by-query") {
			return faulty.Fault{}
		}
		page++
		if page > 2 {
			return faulty.JSON(http.StatusBadRequest, `{"error":{"message":"made up"}}`)
		}
		return faulty.Fault{Delay: while}
	})
	w.enters(world)
	w.await("eading", 5*time.Second)
	w.looksAt("nothing-yet", []string{"eading"})
	w.await("+", 2*while)
	w.looksAt("partial", []string{"+"}, "of ~2400")
	w.await("partly", 2*while)
	w.looksAt("broken-off", []string{"!"}, "partly read")
}

// walkStale finds what an earlier run has left while the catalog answers late.
func walkStale(w *walk) {
	world := newWorld(w.t, 0)
	if out, err := world.command("refresh").CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
	time.Sleep(1100 * time.Millisecond)
	world.Catalog.Fail(func(faulty.Request) faulty.Fault { return faulty.Fault{Delay: time.Minute} })
	world.Platform.Fail(func(faulty.Request) faulty.Fault { return faulty.Fault{Delay: time.Minute} })
	w.screen = openScreen(w.t, append(append(world.env(), "CONVISO_CACHE_TTL=1s", "CONVISO_COMPANY_ID=1042"), w.look.env...), w.look.args...)
	w.await("240", 10*time.Second)
	w.looksAt("stale", []string{"240"}, "STALE")
	w.press("q")
	w.await("exit 0", 10*time.Second)
	w.screen = openScreen(w.t, append(append(world.env(), "CONVISO_CACHE_TTL=1s", "CONVISO_COMPANY_ID=1042"), w.look.env...),
		append([]string{"--offline"}, w.look.args...)...)
	w.await("240", 10*time.Second)
	w.looksAt("offline-cache", []string{"240", "OFFLINE"}, "STALE")
}

// walkUnknown meets a platform whose assets cannot be read.
func walkUnknown(w *walk) {
	world := newWorld(w.t, 0)
	world.Platform.Fail(func(r faulty.Request) faulty.Fault {
		if r.Operation == "assets" {
			return faulty.JSON(http.StatusBadRequest, `{"error":"made up"}`)
		}
		return faulty.Fault{}
	})
	w.enters(world)
	w.await("!", 30*time.Second)
	w.looksAt("unknown", []string{"unknown"}, "2 New ?")
	w.press("a")
	w.looksAt("nothing-marked", []string{"Nothing was marked"})
}

// walkOffline loses both servers while the table is open.
func walkOffline(w *walk) {
	world := newWorld(w.t, 0)
	w.enters(world)
	w.await("New 182", 20*time.Second)
	broken := func(faulty.Request) faulty.Fault { return faulty.Fault{Reset: true} }
	world.Catalog.Fail(broken)
	world.Platform.Fail(broken)
	w.press("r")
	w.await("! ", 60*time.Second)
	// The catalog is tried for longer.
	w.await("catalog just now   assets just now", 60*time.Second)
	w.looksAt("offline", []string{"240", "!"}, "New 182", "r tries again")
}

// walkKey has a key that the platform refuses.
func walkKey(w *walk) {
	world := newWorld(w.t, 0)
	w.screen = openScreen(w.t, append(append(world.env(), "CONVISO_API_KEY=wrong", "CONVISO_COMPANY_ID=1042"), w.look.env...), w.look.args...)
	w.await("!", 20*time.Second)
	w.looksAt("refused-key", []string{"unknown"}, "CONVISO_API_KEY")
}

// walkEmpty has a catalog without components.
func walkEmpty(w *walk) {
	world := newWorld(w.t, 0)
	w.enters(world, "--kind", "Location")
	w.await("No ", 20*time.Second)
	w.looksAt("empty-catalog", []string{"No "}, "--kind")
}

// walkLimit meets a platform that takes no more for now.
func walkLimit(w *walk) {
	world := newWorld(w.t, 0)
	w.enters(world)
	world.startImportHere(w, faulty.TooMany("30"))
	w.await("429", 20*time.Second)
	w.looksAt("rate-limited", []string{"Importing", "429"}, "next try at", "slowed to")
}

// walkDrop loses its terminal in the middle of an import and comes back.
func walkDrop(w *walk) {
	world := newWorld(w.t, 0)
	w.enters(world)
	w.await("New 182", 20*time.Second)
	world.Platform.Fail(func(r faulty.Request) faulty.Fault {
		if r.Operation == importing {
			return faulty.Fault{Delay: 2 * time.Second}
		}
		return faulty.Fault{}
	})
	w.press("a", "i")
	w.await("Type 172", 20*time.Second)
	w.write("172")
	w.press("Enter")
	world.asked()
	w.tmux("kill-session")
	time.Sleep(3 * time.Second)
	world.Platform.Fail(nil)
	w.enters(world)
	w.await("Unfinished import", 20*time.Second)
	w.looksAt("unfinished", []string{"Unfinished"}, "enter resumes")
	w.press("Enter")
	w.await("finished", 60*time.Second)
	w.await("Done", 20*time.Second)
	w.looksAt("resumed", []string{"147 imported"})
	w.press("q")
	w.await("exit 0", 10*time.Second)
}

// startImportHere begins an import of fifteen whose requests meet a fault.
func (w *world) startImportHere(s *walk, f faulty.Fault) {
	w.t.Helper()
	s.await("New 182", 20*time.Second)
	w.Platform.Fail(func(r faulty.Request) faulty.Fault {
		if r.Operation == importing {
			return f
		}
		return faulty.Fault{}
	})
	s.press("/")
	s.write("checkout")
	s.press("Enter", "a", "i")
	s.await("y imports", 20*time.Second)
	s.press("y")
	w.asked()
}
