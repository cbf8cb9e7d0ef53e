package e2e

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// importing is the platform's operation that takes entities.
const importing = "importAssetToIntegration"

// world is a catalog and a platform that outlive the program, and a user's folders.
type world struct {
	*faulty.World
	t   *testing.T
	dir string
}

// newWorld makes a world whose platform takes its time with every batch.
func newWorld(t *testing.T, perBatch time.Duration) *world {
	t.Helper()
	return newWorldOf(t, demo.DefaultEntities, perBatch)
}

// newWorldOf makes one with so many components.
func newWorldOf(t *testing.T, entities int, perBatch time.Duration) *world {
	t.Helper()
	w, err := faulty.Start(demo.Options{Still: true, Entities: entities})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	w.Platform.SetReject(nil)
	w.Platform.Fail(func(r faulty.Request) faulty.Fault {
		if r.Operation == importing {
			return faulty.Fault{Delay: perBatch}
		}
		return faulty.Fault{}
	})
	return &world{World: w, t: t, dir: t.TempDir()}
}

// env leads to the world.
func (w *world) env() []string {
	return []string{"BACKSTAGE_URL=" + w.CatalogURL, "BACKSTAGE_TOKEN=" + w.Token.Reveal(), "CONVISO_ENVIRONMENT=local",
		"CONVISO_API_BASE=" + w.PlatformURL, "CONVISO_API_KEY=" + w.Key.Reveal(), "CONVISO_SETTLE=1s",
		"CONVISO_STATE_DIR=" + filepath.Join(w.dir, "state"), "CONVISO_CACHE_DIR=" + filepath.Join(w.dir, "cache")}
}

// command is the program without a terminal.
func (w *world) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(w.t.Context(), binary, args...)
	cmd.Env = environment(w.dir, w.env()...)
	return cmd
}

// asked waits until the platform has a batch.
func (w *world) asked() {
	w.t.Helper()
	w.until("a batch", func() bool {
		return slices.ContainsFunc(w.Platform.Requests(), func(r faulty.Request) bool { return r.Operation == importing })
	})
}

// until waits for something that takes a moment.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s: it did not happen within half a minute", what)
		}
	}
}

// result is what `resume -o json` and `import -o json` print, as far as tests look at it.
type result struct {
	Requested, Verified, Failed, Pending int
}

// finished runs resume and fails the test unless everything arrived, and arrived once.
func (w *world) finished() {
	w.t.Helper()
	cmd := w.command("resume", "-o", "json")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var r result
	if err != nil || json.Unmarshal(out, &r) != nil || r.Verified != r.Requested {
		w.t.Errorf("resume: %v, %s%s", err, out, errs.String())
	}
	imports := w.Platform.Imports()
	for id, times := range imports.Deliveries {
		if times != 1 {
			w.t.Errorf("%s was delivered %d times", id, times)
		}
	}
	if len(imports.Deliveries) == 0 {
		w.t.Error("nothing was delivered")
	}
}

// keys are how a user types.
type keys interface {
	press(keys string)
	await(what string, limit time.Duration)
}

// startImport begins an import in the table and returns when the platform has its first batch.
func (w *world) startImport(p keys) {
	w.t.Helper()
	// What is new is known only when the assets were read.
	p.await("New 182", 20*time.Second)
	p.press("/checkout")
	p.await("21 of 240", 20*time.Second)
	p.press("\r")
	p.press("a")
	p.await("15 marked", 20*time.Second)
	p.press("i")
	p.await("y imports", 20*time.Second)
	p.press("y")
	w.asked()
}
