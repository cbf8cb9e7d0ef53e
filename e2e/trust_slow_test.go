//go:build slow

package e2e

import (
	"strings"
	"testing"
)

// TestProxyTrouble protects users from a proxy that is in trouble, which is asked again, and
// NO_PROXY.
func TestProxyTrouble(t *testing.T) {
	for name, c := range map[string]proxied{
		"502":           {&connectProxy{status: 502}, nil, 5, "answered 502 Bad Gateway", true},
		"hangs up":      {&connectProxy{}, nil, 5, "", true},
		"named outside": {&connectProxy{}, []string{"NO_PROXY=.example.com"}, 5, "backstage.example.com", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

// TestProxySpellings protects a proxy's password in addresses that are wrong: no message
// quotes it, and nothing crashes.
func TestProxySpellings(t *testing.T) {
	for _, address := range []string{
		"http://jane:" + canaryProxy + "@127.0.0.1:1", "jane:" + canaryProxy + "@127.0.0.1:1", "http://jane:" + canaryProxy + "@no-such-host.invalid:3128",
		"http://jane:" + canaryProxy + "#/@127.0.0.1:1", "http://jane:" + canaryProxy + "@127.0.0.1:99999", "http://jane:" + canaryProxy + "@",
		"socks5://jane:" + canaryProxy + "@127.0.0.1:1", "https://jane:" + canaryProxy + "@127.0.0.1:1", "ftp://jane:" + canaryProxy + "@127.0.0.1:1",
		"http://jane:" + canaryProxy + " x@127.0.0.1:1", "http://jane:" + canaryProxy + "%zz@127.0.0.1:1", "http://" + canaryProxy + ":1",
	} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, "https://backstage.example.invalid", "https://platform.example.invalid", "HTTPS_PROXY="+address)
			r := a.run("list", "--company", "1")
			leaks := found(r.out+r.errs, canaryKey, canaryToken, canaryProxy)
			if strings.HasSuffix(address, "http://"+canaryProxy+":1") {
				// That is a host's name, which is no secret.
				leaks = found(r.out+r.errs, canaryKey, canaryToken)
			}
			if r.code == 0 || leaks != "" || unsafe([]byte(r.errs), false) != "" || r.errs == "" {
				t.Errorf("%s: exit %d, %s in\n%s", address, r.code, leaks, r.errs)
			}
		})
	}
}
