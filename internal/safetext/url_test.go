package safetext

import (
	"strings"
	"testing"
)

// TestWebURL rejects commands, options and escape sequences.
func TestWebURL(t *testing.T) {
	for text, want := range map[string]bool{
		"https://portal.acme.test/catalog/default/component/x":  true,
		"http://127.0.0.1:7007/a?b=c&d=%20#e":                   true,
		"https://[::1]:3000/x":                                  true,
		"":                                                      false,
		"https://":                                              false,
		"https:///x":                                            false,
		"HTTPS://portal.acme.test":                              false,
		"ftp://portal.acme.test":                                false,
		"file:///etc/passwd":                                    false,
		"javascript:alert(1)":                                   false,
		"-https://portal.acme.test":                             false,
		"https://-x":                                            false,
		"https://user:word@portal.acme.test":                    false,
		"https://portal.acme.test/a b":                          false,
		"https://portal.acme.test/\x1b\\":                       false,
		"https://portal.acme.test/\a":                           false,
		"https://portal.acme.test/'$(x)'":                       false,
		"https://portal.acme.test/\"":                           false,
		"https://portal.acme.test/é":                            false,
		"https://portal.acme.test/%zz":                          false,
		"https://portal.acme.test/" + strings.Repeat("a", 2000): false,
	} {
		if got := WebURL(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzWebURL checks that accepted text is one line of printable ASCII.
func FuzzWebURL(f *testing.F) {
	f.Add("https://a.test/\x1b")
	f.Add("http://[::1]/?a=%1b")
	f.Fuzz(func(t *testing.T, text string) {
		if WebURL(text) && (Changed(text) || strings.Trim(text, "!#$%&()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~") != "") {
			t.Errorf("%q passes", text)
		}
	})
}
