package repository

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// location is a line of the tables in testdata.
type location struct {
	text, want string
	problem    Problem
}

func locations(t testing.TB, file string) []location {
	t.Helper()
	in, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var all []location
	var form location
	for lines := bufio.NewScanner(in); lines.Scan(); {
		line := lines.Text()
		switch text, indented := strings.CutPrefix(line, "\t"); {
		case line == "" || strings.HasPrefix(line, "# "):
		case indented:
			form.text = text
			all = append(all, form)
		case line == "none":
			form = location{problem: Local}
		case strings.HasPrefix(line, "? "):
			form = location{want: line[2:], problem: NotUnderstood}
		default:
			form = location{want: line}
		}
	}
	return all
}

// TestLocations holds what is sent for 300 locations; the expected addresses were written by hand.
func TestLocations(t *testing.T) {
	for file, atLeast := range map[string]int{"public.txt": 124, "hosts.txt": 150} {
		all, seen := locations(t, file), map[string]bool{}
		for _, c := range all {
			if got, problem := Clone(c.text); got != c.want || problem != c.problem {
				t.Errorf("%s\n becomes %q (%s)\n want    %q (%s)", c.text, got, problem, c.want, c.problem)
			}
			seen[c.text] = true
		}
		if len(seen) < atLeast || len(seen) != len(all) {
			t.Errorf("%s has %d different locations of %d", file, len(seen), len(all))
		}
	}
}
