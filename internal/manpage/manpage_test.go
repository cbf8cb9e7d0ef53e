package manpage

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"plain words":        "plain words",
		"--dry-run":          `\-\-dry\-run`,
		`C:\x`:               `C:\ex`,
		`it's "so" and`:      `it\(aqs \(dqso\(dq and`,
		"`a` ^b ~c":          `\(gaa\(ga \(hab \(tic`,
		"a\n\tb":             "a  b",
		"[REF…]":             `[REF\[u2026]]`,
		"bell\a, del\x7f":    "bell, del",
		" ends ":             " ends ",
		"":                   "",
		"é 決 🙂 \u009b31mred": `\[u00E9] \[u6C7A] \[u1F642] 31mred`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// everything returns a page with every element, and text that looks like requests.
func everything() *Page {
	p := New("some-tool", "1", "2026-11-23", "some-tool 1.0", "Tools")
	p.Section("NAME")
	p.Paragraph(Plain("some-tool - do something"))
	p.Section("A .TH \"quoted\" TITLE")
	p.Paragraph(Plain(".TH is no request here, nor is") + Bold(" .SH") + Plain(" or 'br"))
	p.Paragraph(Plain(strings.Repeat("many words .PP ", 30)))
	p.Paragraph("")
	p.Entry(8, Bold("-o")+Plain(", ")+Bold("--output ")+Italic("FORMAT"), Plain(`a \fBformat\fR`))
	p.Entry(8, Bold("."), Plain(".\n.br"))
	p.List(8, []Item{{Bold("j"), Plain("down")}, {Bold("k"), Plain("up")}, {Bold("'"), Plain("'")}})
	p.List(8, []Item{{Bold("x"), Plain("alone")}})
	p.Subsection("Code")
	p.Code("some-tool -o json | jq '.[] | .name'", "", ".SH", "  set in", "a   b")
	p.Paragraph(Plain("And back."))
	return p
}

// TestPage checks the length of source lines and that text is no request.
func TestPage(t *testing.T) {
	var b bytes.Buffer
	if _, err := everything().WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{".TH": true, ".nh": true, ".ad": true, ".SH": true, ".SS": true, ".PP": true, ".TP": true, ".RS": true,
		".RE": true, ".nf": true, ".fi": true, ".sp": true, ".PD": true}
	sections := 0
	for line := range strings.Lines(b.String()) {
		word := strings.Fields(line)
		if len(line) > maxLine+1 || strings.HasPrefix(line, "'") || strings.TrimRight(line, " \n") == "" {
			t.Errorf("%q", line)
		}
		if strings.HasPrefix(line, ".") && !known[word[0]] {
			t.Errorf("a request that is none of ours: %q", line)
		}
		if word[0] == ".SH" {
			sections++
		}
	}
	if sections != 2 {
		t.Errorf("%d sections, want 2:\n%s", sections, b.String())
	}
}

// TestRendered checks that mandoc accepts the page and shows the text unchanged.
func TestRendered(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("mandoc is not installed")
	}
	var b bytes.Buffer
	_, _ = everything().WriteTo(&b)
	lint := exec.CommandContext(t.Context(), "mandoc", "-T", "lint", "-W", "warning")
	lint.Stdin = bytes.NewReader(b.Bytes())
	if out, err := lint.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
	show := exec.CommandContext(t.Context(), "mandoc", "-T", "ascii", "-O", "width=78")
	show.Stdin = bytes.NewReader(b.Bytes())
	out, err := show.Output()
	if err != nil {
		t.Fatal(err)
	}
	// Bold is overstruck with the letter, italic with a dash.
	text := string(out)
	for i := strings.IndexByte(text, '\b'); i > 0; i = strings.IndexByte(text, '\b') {
		text = text[:i-1] + text[i+1:]
	}
	for _, want := range []string{
		`A .TH "quoted" TITLE`, ".TH is no request here, nor is .SH or 'br", "-o, --output FORMAT", `a \fBformat\fR`, ". .br",
		"some-tool -o json | jq '.[] | .name'", "\n           .SH\n", "\n             set in\n", "a   b",
		"j       down\n       k       up\n       '       '\n\n       x       alone",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"", ".", "'", `\`, "\n.TH", " -", "…", "\xff", "\x7f", "\x7f .", "\t. x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := &Page{fresh: true}
		p.Paragraph(Plain(text))
		p.Code(text)
		for line := range strings.Lines(p.b.String()) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case line == "" || strings.HasPrefix(line, "'") || strings.ContainsAny(line, "\r\t\x00"):
				t.Errorf("%q becomes %q", text, p.b.String())
			case strings.HasPrefix(line, ".") && line != ".PP" && line != ".RS 4" && line != ".RE" && line != ".nf" && line != ".fi" && line != ".sp":
				t.Errorf("%q becomes a request: %q", text, line)
			}
		}
	})
}
