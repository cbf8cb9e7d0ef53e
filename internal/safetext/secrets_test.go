package safetext

import (
	"strings"
	"testing"
)

// TestWithoutSecrets holds what is cut from URLs in any text, and what stays.
func TestWithoutSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"https://jane:obvious-fake@git.test/x":                     "https://git.test/x",
		"https://obvious-fake@git.test/x":                          "https://git.test/x",
		"https://jane:ob@vious@git.test/x":                         "https://git.test/x",
		"https://jane:obvi/ous-fa#ke@git.test/x":                   "https://git.test/x",
		"https://jane:obv\"ious>fake@git.test/x":                   "https://git.test/x",
		`{"a":"https://h.test","mail":"b@c.test"}`:                 `{"a":"https://h.test","mail":"b@c.test"}`,
		"jane:obvious-fake@git.test/acme/x":                        "git.test/acme/x",
		"url:git@github.com:acme/x and mailto:jane@acme.test":      "url:git@github.com:acme/x and mailto:jane@acme.test",
		"see https://a:b@git.test/x, http://c@d.test":              "see https://git.test/x, http://d.test",
		"//jane:obvious-fake@git.test/x":                           "//git.test/x",
		"SSH://git:obvious-fake@git.test/x":                        "SSH://git@git.test/x",
		"ssh://APKAEXAMPLE@git-codecommit.eu.test/v1/repos/x":      "ssh://APKAEXAMPLE@git-codecommit.eu.test/v1/repos/x",
		"git@github.com:acme/x.git":                                "git@github.com:acme/x.git",
		"https://h.test/x?private_token=fake&ref=main":             "https://h.test/x?private_token=&ref=main",
		"https://h.test/x?a=1&Access_Token=fake#f":                 "https://h.test/x?a=1&Access_Token=#f",
		"https://h.test/x#id_token=fake":                           "https://h.test/x#id_token=",
		"https://h.test/?apiKey=fake&X-Amz-Signature=fake&sig=f%3": "https://h.test/?apiKey=&X-Amz-Signature=&sig=",
		"<a href=\"https://h.test/?password=fake\">":               "<a href=\"https://h.test/?password=\">",
		"https://h.test/x?path=/a&version=GBmain":                  "https://h.test/x?path=/a&version=GBmain",
		"https://h.test/x?design=1&compat=2":                       "https://h.test/x?design=1&compat=2",
		"https://h.test:8443/@scope/x":                             "https://h.test:8443/@scope/x",
		"https://[::1]:80/@x":                                      "https://[::1]:80/@x",
		"mail a@b.test, a // b@c":                                  "mail a@b.test, a // b@c",
		`proxy "http://jane:obvious-fake@proxy:99999"`:             `proxy "http://proxy:99999"`,
		"": "",
	} {
		if got := WithoutSecrets(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// FuzzWithoutSecrets checks that one pass is enough, and that no URL keeps a password.
func FuzzWithoutSecrets(f *testing.F) {
	f.Add("ssh://a:b@c", "https://")
	f.Add("x?token=", "//a@//b@")
	f.Fuzz(func(t *testing.T, before, after string) {
		once := WithoutSecrets(before + "//jane:obviousfake@git.test/" + after)
		if WithoutSecrets(once) != once {
			t.Errorf("%q changes again to %q", once, WithoutSecrets(once))
		}
		if strings.Contains(once, ":obviousfake@") {
			t.Errorf("%q keeps a password", once)
		}
	})
}
