package transport

import (
	"strings"
	"testing"

	"conviso-importer/internal/safetext"
)

// TestParseBase checks that no credential goes over clear text or to a host that resembles this
// machine, and that all spellings of an address give one URL.
func TestParseBase(t *testing.T) {
	for in, want := range map[string]string{
		"https://backstage.acme.io":          "https://backstage.acme.io",
		"https://Backstage.acme.io/":         "https://backstage.acme.io",
		"HTTPS://BACKSTAGE.ACME.IO:443":      "https://backstage.acme.io",
		"https://acme.io:":                   "https://acme.io",
		"https://acme.io:8443":               "https://acme.io:8443",
		"https://acme.io/backstage/":         "https://acme.io/backstage",
		"https://acme.io/a/../b//c/./":       "https://acme.io/b/c",
		"https://acme.io/../../etc":          "https://acme.io/etc",
		"https://bäckstage.example":          "https://bäckstage.example",
		" https://backstage.acme.io/\n":      "https://backstage.acme.io",
		"https://10.0.0.7":                   "https://10.0.0.7",
		"https://[2001:db8::1]:7007":         "https://[2001:db8::1]:7007",
		"http://127.0.0.1:7007":              "http://127.0.0.1:7007",
		"http://127.0.0.1:80":                "http://127.0.0.1",
		"http://127.9.9.9":                   "http://127.9.9.9",
		"http://localhost:7007/":             "http://localhost:7007",
		"http://LOCALHOST:7007":              "http://localhost:7007",
		"http://[::1]:7007":                  "http://[::1]:7007",
		"http://[::1]":                       "http://[::1]",
		"http://127.0.0.1.evil.com":          "",
		"http://localhost.evil.com":          "",
		"http://localhost.":                  "",
		"http://127.0.0.1.":                  "",
		"http://127.1":                       "",
		"http://0x7f000001":                  "",
		"http://0x7f.0.0.1":                  "",
		"http://2130706433":                  "",
		"http://0177.0.0.1":                  "",
		"http://0.0.0.0":                     "",
		"http://[::]":                        "",
		"http://[::1%25eth0]":                "",
		"http://１２７.0.0.1":                   "",
		"http://ⓛocalhost":                   "",
		"http://evil.com\\@127.0.0.1":        "",
		"http://127.0.0.1@evil.com":          "",
		"http://backstage.acme.io":           "",
		"https://user:pw@acme.io":            "",
		"https://pw@acme.io":                 "",
		"https://acme.io?x=1":                "",
		"https://acme.io?":                   "",
		"https://acme.io#x":                  "",
		"https://acme.io:0":                  "",
		"https://acme.io:65536":              "",
		"https://exa\x1bmple.com":            "",
		"https://exa\u202emple.com":          "",
		"https://exa\u200bmple.com":          "",
		"https://acme.io/%1b[2J":             "",
		"https://acme.io/%2f%2fx":            "https://acme.io/x",
		"https://a b.com":                    "",
		"ftp://acme.io":                      "",
		"backstage.acme.io":                  "",
		"localhost:7007":                     "",
		"//acme.io":                          "",
		"https:acme.io":                      "",
		"":                                   "",
		"https://":                           "",
		"https://:443":                       "",
		"javascript:alert(1)":                "",
		"file:///etc/passwd":                 "",
		"https://[::1":                       "",
		"https://" + strings.Repeat("a,", 9): "https://" + strings.Repeat("a,", 9),
	} {
		u, err := ParseBase(in)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q must be refused, got %s", in, u)
		case want != "" && (err != nil || u.String() != want && u.Scheme+"://"+u.Host+u.Path != want):
			t.Errorf("%q: got %v, %v", in, u, err)
		case err != nil && (strings.Contains(err.Error(), "pw@") || safetext.Changed(err.Error())):
			t.Errorf("not fit to be shown: %q", err)
		}
	}
}

// FuzzParseBase checks the same for any text; parsing the result again returns it unchanged.
func FuzzParseBase(f *testing.F) {
	for _, seed := range []string{"https://a.b/c", "http://127.0.0.1:1", "http://[::1]", "https://u:p@h", "https://h:443/a/../b", "https://h/%2f%00?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		u, err := ParseBase(in)
		if err != nil {
			if safetext.Changed(err.Error()) {
				t.Fatalf("not fit to be shown: %q", err)
			}
			return
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname()))) {
			t.Fatalf("%q became %s", in, u)
		}
		if again, err := ParseBase(u.String()); err != nil || again.String() != u.String() {
			t.Fatalf("%q became %s, then %v, %v", in, u, again, err)
		}
	})
}
