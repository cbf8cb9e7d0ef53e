package transport

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"conviso-importer/internal/safetext"
)

// block is a certificate's PEM text.
func (a *authority) block() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

func writeCA(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCAFileForms checks that files as people put them together are read whole, and that each block
// that is not is named with its place and the reason.
func TestCAFileForms(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	one, two := ca.block(), other.block()
	const bom = "\ufeff"
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("an obvious fake")}))
	damaged := strings.Replace(two, "\n", "\n!", 1)
	wrong := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("no certificate")}))
	for name, c := range map[string]struct {
		text   string
		certs  int
		unread []string // their beginnings
	}{
		"one":                          {one, 1, nil},
		"no end of the last line":      {strings.TrimSpace(one), 1, nil},
		"byte order mark":              {bom + one, 1, nil},
		"byte order mark, two":         {bom + one + two, 2, nil},
		"byte order mark in between":   {one + bom + two, 2, nil},
		"byte order marks":             {bom + one + bom + two, 2, nil},
		"CRLF":                         {strings.ReplaceAll(one+two, "\n", "\r\n"), 2, nil},
		"byte order mark and CRLF":     {bom + strings.ReplaceAll(one+two, "\n", "\r\n"), 2, nil},
		"CR":                           {strings.ReplaceAll(one+two, "\n", "\r"), 2, nil},
		"joined without a line's end":  {strings.TrimSpace(one) + two, 2, nil},
		"indented":                     {"  " + strings.ReplaceAll(one+two, "\n", " \n\t"), 2, nil},
		"a key among them":             {one + key + two, 2, nil},
		"text around":                  {"Subject: CN=Acme\n" + one + "# the old one\n\n" + two + "the end\n", 2, nil},
		"text behind the last line":    {strings.TrimSpace(one) + " # Acme\n" + two, 2, nil},
		"an old name":                  {strings.ReplaceAll(one, "CERTIFICATE", "X509 CERTIFICATE"), 1, nil},
		"a damaged one":                {damaged + one, 1, []string{"block 1 at line 1 (it is not base64)"}},
		"a damaged one behind a mark":  {bom + "\n" + damaged + one, 1, []string{"block 1 at line 2 (it is not base64)"}},
		"no certificate in it":         {one + wrong, 1, []string{"block 2 at line "}},
		"the last is cut":              {one + two[:len(two)/2], 1, []string{"block 2 at line "}},
		"the first is cut":             {two[:len(two)/2] + "\n" + one, 1, []string{"block 1 at line 1 (its last line is missing)"}},
		"a first line that is cut":     {one + "-----BEGIN CERT\n", 1, []string{"block 2 at line "}},
		"all on one line":              {strings.ReplaceAll(strings.TrimSpace(two), "\n", `\n`) + "\n" + one, 1, []string{"block 1 at line 1 (it is not base64)"}},
		"a form of openssl's":          {strings.ReplaceAll(two, "CERTIFICATE", "TRUSTED CERTIFICATE") + one, 1, []string{"block 1 at line 1 (TRUSTED CERTIFICATE is a form"}},
		"two that are damaged, and by": {damaged + one + wrong, 1, []string{"block 1 at line 1 (", "block 3 at line "}},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeCA(t, c.text)
			got, err := readCAFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.certs) != c.certs || len(got.unread) != len(c.unread) {
				t.Fatalf("%d certificates, and %q", len(got.certs), got.unread)
			}
			says := UnreadBlocks(path)
			if (says != "") != (c.unread != nil) {
				t.Errorf("it says %q", says)
			}
			for i, want := range c.unread {
				if !strings.HasPrefix(got.unread[i], want) || !strings.Contains(says, got.unread[i]) || !strings.Contains(says, path) {
					t.Errorf("%q is said as %q in %q", want, got.unread[i], says)
				}
			}
		})
	}
}

// TestCAFileWithoutAny checks that a file of no use says what it holds instead.
func TestCAFileWithoutAny(t *testing.T) {
	ca := newAuthority(t)
	utf16 := "\xff\xfe" + strings.Join(strings.Split(ca.block(), ""), "\x00") + "\x00"
	for name, c := range map[string]struct{ text, says string }{
		"nothing":   {"", "holds no certificate; name a PEM file"},
		"text":      {"nothing", "holds no certificate; name a PEM file"},
		"a key":     {string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("fake")})), "holds no certificate; name a PEM file"},
		"DER":       {string(ca.cert.Raw), "one in DER form, which openssl x509 -inform der converts"},
		"UTF-16":    {utf16, "it is UTF-16 text"},
		"damaged":   {strings.Replace(ca.block(), "\n", "\n!", 1), "block 1 at line 1 (it is not base64)"},
		"escapes":   {"-----BEGIN \x1b[2J\n", "block 1 at line 1 ("},
		"too large": {strings.Repeat("x", maxCAFile+1), "is larger than 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeCA(t, c.text)
			base, _ := url.Parse("https://example.com")
			_, err := New(Options{Base: base, CAFile: path})
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "CONVISO_CA_FILE "+path) || safetext.Changed(err.Error()) {
				t.Errorf("%v", err)
			}
			if says := UnreadBlocks(path); says != "" {
				t.Errorf("it is said twice: %s", says)
			}
		})
	}
}

// TestSetFileIsNotAskedFor checks the advice about an unknown issuer where a file is set.
func TestSetFileIsNotAskedFor(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	base, _ := url.Parse(ca.serve(t, &x509.Certificate{Subject: pkix.Name{CommonName: "x"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}))
	damaged := strings.Replace(ca.block(), "\n", "\n!", 1)
	for name, c := range map[string]struct {
		text string
		says []string // none where it is trusted
	}{
		"its issuer's":     {"\ufeff" + other.block() + ca.block(), nil},
		"another's":        {other.block(), []string{"holds 1 certificate, not its issuer's; add that one there"}},
		"two others'":      {other.block() + newAuthority(t).block(), []string{"holds 2 certificates, not its issuer's"}},
		"a damaged one is": {other.block() + damaged, []string{"holds 1 certificate, not its issuer's", "what cannot be read there: block 2 at line ", "it is not base64"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeCA(t, c.text)
			client, err := New(Options{Base: base, CAFile: path})
			if err != nil {
				t.Fatal(err)
			}
			defer client.CloseIdleConnections()
			resp, err := client.Get(base.String())
			if err == nil {
				_ = resp.Body.Close()
			}
			if (err == nil) != (c.says == nil) {
				t.Fatal(err)
			}
			if err == nil {
				return
			}
			clause, _ := Untrusted(err)
			if strings.Contains(clause, "name a PEM file") || !strings.Contains(clause, "CONVISO_CA_FILE "+path+" is set") || Explain(err) != "the certificate is not trusted: "+clause {
				t.Errorf("%q, %q", clause, Explain(err))
			}
			for _, says := range c.says {
				if !strings.Contains(clause, says) {
					t.Errorf("%q is not in %q", says, clause)
				}
			}
		})
	}
}

// FuzzCAFile checks that any file gives printable reasons, and that what openssl and Go read of it is
// read here too.
func FuzzCAFile(f *testing.F) {
	const block = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
	for _, seed := range []string{"", block, "\ufeff" + block, block + block[:30], "-----BEGIN -----BEGIN -----", "-----BEGIN CERTIFICATE----------END CERTIFICATE-----", "\xff\xfe-\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var ca caFile
		ca.parse(data)
		if n := bytes.Count(data, []byte(pemBegin)); len(ca.certs)+len(ca.unread) > n {
			t.Fatalf("%d certificates and %d others of %d blocks", len(ca.certs), len(ca.unread), n)
		}
		for _, why := range ca.unread {
			if safetext.Changed(why) || !utf8.ValidString(why) {
				t.Fatalf("not fit to be shown: %q", why)
			}
		}
		ca.excuse(data)
		pool := x509.NewCertPool()
		if pool.AppendCertsFromPEM(data) && len(ca.certs) == 0 {
			t.Fatal("Go reads a certificate that is not read here")
		}
	})
}
