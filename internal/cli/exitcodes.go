package cli

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

type exit struct {
	code    int
	meaning string
}

func exits() []exit {
	return []exit{
		{exitDone, "all done"},
		{exitFailure, "error"},
		{exitUsage, "usage or configuration"},
		{exitSomeFailed, "some items failed or are not finished"},
		{exitAuth, "authentication or authorisation"},
		{exitUnavailable, "catalog or platform unavailable, try again later"},
		{exitInterrupted, "interrupted"},
		{exitPipe, "whoever read the output has gone"},
	}
}

func exitWords() string {
	words := make([]string, 0, len(exits()))
	for _, e := range exits() {
		words = append(words, fmt.Sprintf("%d %s", e.code, e.meaning))
	}
	const columns = 90
	return ansi.Wordwrap("Exit codes: "+strings.Join(words, "; ")+".", columns, "")
}
