package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/secret"
	"conviso-importer/ui/draw"
)

// sizes are the windows that every state is drawn in.
var sizes = [...][2]int{{40, 10}, {80, 24}, {120, 40}}

// scene is a state of the program as a user meets it.
type scene struct {
	world   func() *fakeEngine
	options func(*Options)
	play    func(h *harness)
}

// scenes are the states that the golden files show.
func scenes() map[string]scene {
	return map[string]scene{
		"loading": {world: func() *fakeEngine {
			f := upTo(9, bank())
			f.holdAssets = true
			return f
		}},
		"browse": {world: bank},
		"sorted": {world: bank, play: func(h *harness) { h.press("s", "S", "j", "j") }},
		"filtered": {world: bank, play: func(h *harness) {
			h.press("/")
			h.write("pay sdk")
			h.press("enter")
		}},
		"typing":             {world: bank, play: func(h *harness) { h.press("/"); h.write("決済") }},
		"selection":          {world: bank, play: func(h *harness) { h.press("j", "space", "G", "space", "/"); h.write("checkout"); h.press("enter") }},
		"marked-all":         {world: bank, play: func(h *harness) { h.press("a") }},
		"facet":              {world: bank, play: func(h *harness) { h.press("3") }},
		"detail":             {world: bank, play: func(h *harness) { h.press("j", "j", "j", "enter"); h.wait(time.Second) }},
		"pane":               {world: bank, play: func(h *harness) { h.press("p", "j", "j", "j"); h.wait(time.Second) }},
		"review":             {world: bankWithFailures, play: func(h *harness) { h.press("G", "space", "k", "space", "a", "i") }},
		"review-production":  {world: inProduction, play: func(h *harness) { h.press("a", "i", "1", "6") }},
		"review-integration": {world: withoutIntegration, play: func(h *harness) { h.press("j", "space", "i") }},
		"review-line":        {world: bank, play: func(h *harness) { h.press("a", "i", "enter") }},
		"review-auto":        {world: bank, play: func(h *harness) { h.press("t") }},
		"importing":          {world: busyBank, play: func(h *harness) { h.press("a", "i", "y"); progress(h) }},
		"finished":           {world: bankWithFailures, play: func(h *harness) { h.press("a", "i", "y") }},
		"auto-on":            {world: bank, play: func(h *harness) { h.press("t", "y") }},
		"unfinished":         {world: leftOver},
		"leaving":            {world: busyBank, play: func(h *harness) { h.press("a", "i", "y", "q") }},
		"help":               {world: bank, play: func(h *harness) { h.press("?") }},
		"connection":         {world: bank, play: func(h *harness) { h.press("c") }},
		"messages":           {world: unauthorised, play: func(h *harness) { h.press("@") }},
		"empty-catalog":      {world: func() *fakeEngine { return newFake(nil) }},
		"no-match":           {world: bank, play: func(h *harness) { h.press("/"); h.write("zzq"); h.press("enter") }},
		"auth-error":         {world: unauthorised},
		"unknown":            {world: assetsDown},
		"offline":            {world: offline},
		"stale":              {world: staleCache},
		"ascii":              {world: inProduction, options: func(o *Options) { o.ASCII = true }},
	}
}

func bankWithFailures() *fakeEngine {
	f := bank()
	f.refuse["payment-settlement"] = "tags has invalid value"
	f.refuse["pix-limits"] = "assetType is not included in the list"
	f.queued = []importer.Item{{Ref: catalog.NewRef("component", "", "payment-settlement"), State: importer.Failed,
		Project: conviso.Project{Name: "payment-settlement"}, Attempts: 1, Error: "payment-settlement: tags has invalid value",
		AddedAt: epoch.Add(-2 * time.Hour), SentAt: epoch.Add(-2 * time.Hour), CheckedAt: epoch.Add(-2 * time.Hour)}}
	return f
}

func busyBank() *fakeEngine {
	f := bank()
	f.holdDrain = true
	return f
}

// progress moves the items of a held import into every state that one can be in.
func progress(h *harness) {
	states := []importer.State{importer.Imported, importer.Imported, importer.Failed, importer.Accepted, importer.Accepted,
		importer.Retrying, importer.Sending, importer.Queued}
	// Change all at once, or the log would depend on how many steps the watcher sees.
	i := -1
	h.e.set(func(item *importer.Item) {
		i++
		item.State, item.Attempts, item.SentAt = states[i%len(states)], 1, epoch
		switch item.State {
		case importer.Imported:
			item.AssetID, item.CheckedAt = fmt.Sprint(88120+i), h.e.now()
		case importer.Failed:
			item.Error = item.Project.Name + ": tags has invalid value"
		case importer.Retrying:
			item.Error, item.NotBefore = "the platform limits requests", epoch.Add(8*time.Second)
		case importer.Queued:
			item.Attempts = 0
		default:
		}
	}, h.m.work.Job.Refs()...)
	h.settle()
}

// goneBank is a bank where an entity's asset was deleted on the platform.
func goneBank() *fakeEngine {
	f := bank()
	ref := catalog.NewRef("component", "", "checkout-web")
	f.known = importer.Known{ref: {ID: "88007", Asked: &queue.Known{Ref: ref, AssetID: "88007", Fate: queue.FateDeleted, AskedAt: epoch.Add(-time.Hour)}}}
	return f
}

func inProduction() *fakeEngine {
	f := bank()
	f.id.Environment = "production"
	return f
}

func withoutIntegration() *fakeEngine {
	f := bank()
	f.integration = nil
	return f
}

// leftOver is a world in which an earlier run has not finished.
func leftOver() *fakeEngine {
	f := bank()
	for i, name := range []string{"payment-vault", "payment-portal", "checkout-web"} {
		item := importer.Item{Ref: catalog.NewRef("component", "", name), Project: conviso.Project{Name: name},
			State: importer.Queued, AddedAt: epoch.Add(-90 * time.Minute)}
		if i == 0 {
			item.State, item.SentAt, item.Attempts = importer.Accepted, epoch.Add(-10*time.Minute), 1
		}
		f.queued = append(f.queued, item)
	}
	return f
}

func unauthorised() *fakeEngine { return refusing("CONVISO_API_KEY", false) }

// refusing is a world whose platform refuses the key of a setting.
func refusing(setting string, rereads bool) *fakeEngine {
	f := bank()
	f.cached = true
	f.assetsErr = fmt.Errorf("%w: Conviso refuses the key: %w; check CONVISO_API_KEY, which may be missing a character or revoked",
		&secret.RefusedError{Setting: setting, By: "Conviso", Rereads: rereads}, conviso.ErrAuth)
	return f
}

func assetsDown() *fakeEngine {
	f := bank()
	f.assetsErr = fmt.Errorf("read the assets: connection refused: %w", conviso.ErrUnavailable)
	return f
}

func offline() *fakeEngine {
	f := bank()
	f.cached = true
	f.id.Offline = true
	return f
}

func staleCache() *fakeEngine {
	f := bank()
	f.cached, f.cachedAt = true, epoch.Add(-3*24*time.Hour)
	f.catalogErr = errors.New("the catalog at backstage.acme.test did not answer")
	return f
}

// allScenes are the scenes of every part of the table. Two of one name would hide each other.
func allScenes(t *testing.T) map[string]scene {
	t.Helper()
	all := map[string]scene{}
	for _, part := range []map[string]scene{scenes(), filterScenes(), selectScenes(), paneScenes(), exportScenes(),
		readerScenes(), stateScenes(), outsideScenes(), entryScenes()} {
		for name, s := range part {
			if _, twice := all[name]; twice {
				t.Fatalf("two scenes are called %q", name)
			}
			all[name] = s
		}
	}
	return all
}

// TestGolden compares every screen with its golden file and checks that it fits the window.
func TestGolden(t *testing.T) {
	for name, s := range allScenes(t) {
		for _, mode := range []string{"plain", "colour", "ascii"} {
			t.Run(name+"-"+mode, func(t *testing.T) {
				var all strings.Builder
				for _, size := range sizes {
					all.WriteString(s.draw(t, mode, size[0], size[1]))
				}
				golden.RequireEqual(t, []byte(all.String()))
			})
		}
	}
}

// draw plays a scene in a window of w by h and returns the frame that it ends with.
func (s *scene) draw(t *testing.T, mode string, w, h int) (frame string) {
	t.Helper()
	options := func(o *Options) {
		if s.options != nil {
			s.options(o)
		}
		o.ASCII = o.ASCII || mode == "ascii"
	}
	within(t, w, h, s.world(), options, func(run *harness) {
		if mode == "colour" {
			run.colours()
		}
		if s.play != nil {
			s.play(run)
		}
		view := run.m.View()
		checkFrame(t, view, w, h)
		if mode == "ascii" && strings.ContainsFunc(view, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("not all of it is ASCII:\n%s", view)
		}
		frame = fmt.Sprintf("[%dx%d]\n%s\n", w, h, view)
	})
	return frame
}

// checkFrame fails the test where a frame does not fit its window or ends lines in blanks.
func checkFrame(t interface {
	Helper()
	Errorf(string, ...any)
}, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) > h {
		t.Errorf("a frame of %d lines does not fit %dx%d:\n%s", len(lines), w, h, view)
	}
	for _, line := range lines {
		if draw.Width(line) > w {
			t.Errorf("a line of %d columns does not fit %dx%d: %q", draw.Width(line), w, h, line)
		}
		if text := ansi.Strip(line); line == text && text != strings.TrimRight(text, " ") {
			t.Errorf("a line ends in blanks: %q", line)
		}
	}
}
