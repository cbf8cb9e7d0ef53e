package repository

import (
	"strings"
	"testing"
	"unicode"

	"conviso-importer/internal/safetext"
)

// FuzzClone checks for any text that the result stays as it is when it is read again, and what it never has:
// a query, control characters, and, where it was understood, blanks and users but SSH's.
func FuzzClone(f *testing.F) {
	for _, text := range []string{
		"url:https://jane:obvious-fake@github.com/acme/x/tree/main/?a=b#c", "git@github.com:acme/x.git",
		"ssh://git:obvious-fake@git.test:7999/x", "codecommit::eu-west-1://me@x", "url:url:dir:https://x/y", "a:b@c:d",
		"https://git.test/projects/A/repos/b/browse?at=x", "https://git.test/a/b/tree/c", "C:\\x", "https://[::1]/x y",
		"https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/x/browse?region=eu", "x@y:z@/", "https://a/admin/repos/x%2Fy",
	} {
		f.Add(text)
	}
	for _, c := range append(locations(f, "hosts.txt"), locations(f, "public.txt")...) {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, problem := Clone(text)
		if again, _ := Clone(got); again != got {
			t.Errorf("%q becomes %q and then %q", text, got, again)
		}
		if strings.ContainsAny(got, "?#") || strings.ContainsFunc(got, unicode.IsControl) || strings.TrimSpace(got) != got {
			t.Errorf("%q becomes %q", text, got)
		}
		if safetext.WithoutSecrets(got) != got {
			t.Errorf("%q becomes %q, which has a secret", text, got)
		}
		if problem == None && strings.ContainsFunc(got, unicode.IsSpace) {
			t.Errorf("%q becomes %q with blanks", text, got)
		}
		scheme, rest, _ := strings.Cut(got, "://")
		host, _, _ := strings.Cut(rest, "/")
		if strings.Contains(host, "@") && !strings.Contains(host, " ") && (!isSSH(scheme) || strings.Contains(host[:strings.LastIndex(host, "@")], ":")) {
			t.Errorf("%q becomes %q with a user", text, got)
		}
		if (problem == Local || problem == Incomplete) != (got == "" && problem != None) && problem != NotUnderstood {
			t.Errorf("%q becomes %q: %s", text, got, problem)
		}
		Key(text)
	})
}
