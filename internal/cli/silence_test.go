package cli

import (
	"log"
	"os"
	"testing"

	"conviso-importer/internal/host"
)

// TestLibrariesAreSilent checks that net/http does not log over the table.
func TestLibrariesAreSilent(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	log.SetOutput(os.Stderr)
	if code := Main(t.Context(), host.Process{In: null, Out: null, Err: null, Exit: func(int) {}}, []string{"version"}); code != exitDone {
		t.Fatalf("exit %d", code)
	}
	if log.Writer() == os.Stderr {
		t.Error("what libraries log goes to standard error")
	}
}
