package ui

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

//go:generate go test -count=1 -run ^TestReadmeKeys$ . -update

// The marks around what is made of the bindings in the README.
const (
	keysBegin = "<!-- keys -->\n"
	keysEnd   = "<!-- /keys -->\n"
)

// TestReadmeKeys compares the README's keys with the table's; -update writes them.
func TestReadmeKeys(t *testing.T) {
	const name = "../README.md"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), keysBegin)
	got, after, ended := strings.Cut(rest, keysEnd)
	if !begun || !ended {
		t.Fatalf("the README has lost its marks %q and %q", keysBegin, keysEnd)
	}
	want := markdownKeys(Keys())
	if got == want {
		return
	}
	if update := flag.Lookup("update"); update == nil || update.Value.String() != "true" {
		t.Fatal("the keys in the README are not those of the table: run go generate ./ui")
	}
	if err := os.WriteFile(name, []byte(before+keysBegin+want+keysEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// markdownKeys renders a table of keys for every screen; all but the first are folded.
func markdownKeys(screens []KeyScreen) string {
	last := len(screens) - 1
	var b strings.Builder
	for _, s := range []KeyScreen{screens[0], screens[last]} {
		fmt.Fprintf(&b, "\n### %s\n\n%s", s.Name, markdownScreen(s))
	}
	fmt.Fprint(&b, "\n<details>\n<summary>The other screens</summary>\n")
	for _, s := range screens[1:last] {
		fmt.Fprintf(&b, "\n### %s\n\n%s", s.Name, markdownScreen(s))
	}
	fmt.Fprint(&b, "\n</details>\n\n")
	return b.String()
}

// markdownScreen is what a screen is about and the table of its keys.
func markdownScreen(s KeyScreen) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n| | key | what it does |\n|---|---|---|\n", s.About)
	for _, group := range s.Groups {
		first := " **" + group.Name + "** "
		for _, k := range group.Keys {
			fmt.Fprintf(&b, "|%s| %s | %s |\n", first, codeSpan(k.Shown), cellText(k.Help))
			first = " "
		}
	}
	return b.String()
}

// cellText keeps a text from ending its cell or beginning a tag.
func cellText(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`).Replace(text)
}

// codeSpan is a text as code, in which a backtick needs more of them around it.
func codeSpan(text string) string {
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}

// TestMarkdownKeys checks the escaping of Markdown in the README's tables.
func TestMarkdownKeys(t *testing.T) {
	got := markdownKeys([]KeyScreen{
		{Name: "Table", About: "All.", Groups: []KeyGroup{
			{Name: "Mark", Keys: []KeyHelp{{"a", "mark <all>"}, {"|", "b|c"}}}, {Name: "Look", Keys: []KeyHelp{{"`", "x"}}},
		}},
		{Name: "Details", About: "One."},
		{Name: "Everywhere", About: "Same.", Groups: []KeyGroup{{Name: "Leave", Keys: []KeyHelp{{"esc", "back"}}}}},
	})
	head := "| | key | what it does |\n|---|---|---|\n"
	want := "\n### Table\n\nAll.\n\n" + head + "| **Mark** | `a` | mark &lt;all> |\n| | `\\|` | b\\|c |\n| **Look** | `` ` `` | x |\n" +
		"\n### Everywhere\n\nSame.\n\n" + head + "| **Leave** | `esc` | back |\n" +
		"\n<details>\n<summary>The other screens</summary>\n\n### Details\n\nOne.\n\n" + head + "\n</details>\n\n"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
