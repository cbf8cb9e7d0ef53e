package conformance

import (
	"slices"
	"strings"
	"testing"
)

// story is something that a person wants done, with how each front end is asked for it.
type story struct {
	name string
	// prepare makes the world what it is when the front end starts. In a world that is down nobody
	// answers for the platform; readOnly is how the front end is started.
	prepare        func(*world)
	down, readOnly bool
	shrunk         bool   // the assets' list is not believed
	sharing        string // the setting conviso.sharedRepository

	table, lines, commands []step

	// sent are the entities that the platform took, in the order of their names; one that it took
	// twice stands there twice.
	sent string
	// says are what every front end has to say in the end, in these words.
	says []string
	// apart are the differences between front ends that are as they should be, or known.
	apart []difference
}

// step is one thing that the user of a front end does, or that happens meanwhile.
type step struct {
	// send are keys of the table, a line of line mode, or the arguments of a command. The names of
	// keys stand alone between blanks; of other words each letter is a key.
	send string
	// until is a text that shows what came of it, which was not there before. Exit is what it is for
	// a command, which ends with this code.
	until string
	exit  int
	// happens changes the world; the step does nothing else then.
	happens func(*world)
}

// typed are steps: what is sent, and the text that shows what came of it, in turn.
func typed(pairs ...string) []step {
	var steps []step
	for pair := range slices.Chunk(pairs, 2) {
		steps = append(steps, step{send: pair[0], until: pair[1]})
	}
	return steps
}

// run is a command that ends with an exit code.
func run(args string, exit int) step { return step{send: args, exit: exit} }

// difference is what one front end decides or says and the others do not.
type difference struct {
	front string
	// has are lines of the result that only this front end has, lacks those that all others have.
	has, lacks []string
}

// player is a front end.
type player struct {
	name string
	play func(*testing.T, *story) *result
}

const (
	table    = "table"
	lineMode = "line mode"
	commands = "commands"
)

func players() []player {
	return []player{{table, playTable}, {lineMode, playLines}, {commands, playCommands}}
}

// TestStories protects users from a front end that does or says something else than the others:
// whoever tries an import in one of them has to be able to rely on it in another.
func TestStories(t *testing.T) {
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			results := map[string]*result{}
			all := players()
			played := make([]*result, len(all))
			t.Run("play", func(t *testing.T) {
				for i, p := range all {
					t.Run(p.name, func(t *testing.T) {
						t.Parallel()
						played[i] = p.play(t, &s)
					})
				}
			})
			for i, p := range all {
				if played[i] == nil {
					t.Fatalf("%s did not come to the end", p.name)
				}
				results[p.name] = played[i]
			}
			s.judge(t, results)
		})
	}
}

// judge compares what came of a story.
func (s *story) judge(t *testing.T, results map[string]*result) {
	t.Helper()
	const first = table
	same := map[string][]string{}
	for _, p := range players() {
		r := results[p.name]
		if got := strings.Join(r.sent, " "); p.name == first && got != s.sent {
			t.Errorf("%s: the platform took %q, want %q", p.name, got, s.sent)
		}
		for _, words := range s.says {
			if said := r.said.String(); !strings.Contains(strings.ToLower(said), strings.ToLower(words)) {
				t.Errorf("%s does not say %q but\n%s", p.name, words, said)
			}
		}
		same[p.name] = r.lines()
	}
	for _, d := range s.apart {
		for name := range same {
			var expected []string
			if name == d.front {
				expected = d.has
			} else {
				expected = d.lacks
			}
			for _, line := range expected {
				at := slices.Index(same[name], line)
				if at < 0 {
					t.Errorf("%s does not have the line %q, by which the story expects %s to differ", name, line, d.front)
					continue
				}
				same[name] = slices.Delete(same[name], at, at+1)
			}
		}
	}
	for _, other := range []string{lineMode, commands} {
		if diff := differences(same[first], same[other]); diff != "" {
			t.Errorf("%q: %s (-) and %s (+) differ:\n%s", s.name, first, other, diff)
		}
	}
}

// differences are the lines of a and b in the order of a, those that only one has marked with -
// and +; it is empty where both are the same.
func differences(a, b []string) string {
	if slices.Equal(a, b) {
		return ""
	}
	var diff strings.Builder
	rest := slices.Clone(b)
	for _, line := range a {
		if at := slices.Index(rest, line); at >= 0 {
			rest = slices.Delete(rest, at, at+1)
			diff.WriteString("  " + line + "\n")
			continue
		}
		diff.WriteString("- " + line + "\n")
	}
	for _, line := range rest {
		diff.WriteString("+ " + line + "\n")
	}
	return diff.String()
}

// TestDifferences protects the comparison itself: whatever differs is named, in either direction
// and also where a line is there twice or stands elsewhere.
func TestDifferences(t *testing.T) {
	for name, c := range map[string]struct{ a, b, want string }{
		"same":        {"x y", "x y", ""},
		"nothing":     {"", "", ""},
		"missing":     {"x y", "x", "  x\n- y\n"},
		"added":       {"x", "x y", "  x\n+ y\n"},
		"other":       {"x", "y", "- x\n+ y\n"},
		"twice":       {"x x", "x", "  x\n- x\n"},
		"other order": {"x y", "y x", "  x\n  y\n"},
	} {
		if got := differences(strings.Fields(c.a), strings.Fields(c.b)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
