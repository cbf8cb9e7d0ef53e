package transport

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safetext"
)

const (
	maxCAFile = 16 << 20
	pemBegin  = "-----BEGIN "
	pemEnd    = "-----END "
	pemDashes = "-----"
)

// caFile is what CONVISO_CA_FILE holds.
type caFile struct {
	path   string
	certs  []*x509.Certificate
	unread []string // the blocks that cannot be used: which and why, safe to show
}

// UnreadBlocks returns a sentence about the blocks of a CA file that are not used, or "". An empty
// path, and a file without any certificate, which New refuses, have none.
func UnreadBlocks(path string) string {
	if path == "" {
		return ""
	}
	ca, err := readCAFile(path)
	if err != nil || len(ca.unread) == 0 {
		return ""
	}
	return fmt.Sprintf("CONVISO_CA_FILE %s has blocks that cannot be read and are not used: %s; replace or remove them",
		safetext.Line(path), strings.Join(ca.unread, ", "))
}

// readCAFile reads the certificates of a file. It fails if there is none.
func readCAFile(path string) (*caFile, error) {
	data, _, err := ownfile.ReadNamed(path, maxCAFile)
	switch {
	case errors.Is(err, ownfile.ErrTooLarge):
		return nil, fmt.Errorf("CONVISO_CA_FILE %s is larger than %d MiB; name a PEM file of certificates", safetext.Line(path), maxCAFile>>20)
	case err != nil:
		return nil, fmt.Errorf("CONVISO_CA_FILE cannot be read: %w; name a PEM file of certificates", err)
	}
	ca := &caFile{path: path}
	ca.parse(data)
	if len(ca.certs) == 0 {
		return nil, fmt.Errorf("CONVISO_CA_FILE %s holds no certificate%s; name a PEM file of certificates", safetext.Line(path), ca.excuse(data))
	}
	return ca, nil
}

// excuse says what a file without certificates holds instead, as an addition to a sentence.
func (ca *caFile) excuse(data []byte) string {
	switch _, err := x509.ParseCertificate(data); {
	case err == nil:
		return " in PEM form, but one in DER form, which openssl x509 -inform der converts"
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return " that can be read, since it is UTF-16 text, which an editor saves as UTF-8"
	case len(ca.unread) > 0:
		return " that can be read: " + strings.Join(ca.unread, ", ")
	}
	return ""
}

// parse collects the certificates. Files are put together by hand: a byte order mark or blanks before
// a line, other text and other blocks do no harm, and two blocks may share a line.
func (ca *caFile) parse(data []byte) {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	line := 1
	for number := 1; ; number++ {
		start := strings.Index(text, pemBegin)
		if start < 0 {
			return
		}
		line += strings.Count(text[:start], "\n")
		text = text[start:]
		next := strings.Index(text[len(pemBegin):], pemBegin)
		block := text
		if next >= 0 {
			block = text[:len(pemBegin)+next]
		}
		if cert, err := certificate(block); err != nil {
			ca.unread = append(ca.unread, safetext.Line(fmt.Sprintf("block %d at line %d (%s)", number, line, err)))
		} else if cert != nil {
			ca.certs = append(ca.certs, cert)
		}
		line += strings.Count(block, "\n")
		text = text[len(block):]
	}
}

// certificate reads a block, which begins with its first line and ends before the next one's. It
// returns nil for a block of another kind, such as a key.
func certificate(block string) (*x509.Certificate, error) {
	kind, body, whole := strings.Cut(block[len(pemBegin):], pemDashes)
	if !whole || strings.Contains(kind, "\n") {
		return nil, errors.New("its first line is cut")
	}
	switch kind {
	case "CERTIFICATE", "X509 CERTIFICATE":
	case "TRUSTED CERTIFICATE", "PKCS7", "CMS":
		return nil, fmt.Errorf("%s is a form that is not read here; openssl writes it as CERTIFICATE", kind)
	default:
		return nil, nil
	}
	body, _, whole = strings.Cut(body, pemEnd)
	if !whole {
		return nil, errors.New("its last line is missing")
	}
	var lines strings.Builder
	for line := range strings.Lines(body) {
		lines.WriteString(strings.TrimSpace(line) + "\n")
	}
	doc, _ := pem.Decode([]byte(pemBegin + "CERTIFICATE" + pemDashes + lines.String() + pemEnd + "CERTIFICATE" + pemDashes + "\n"))
	if doc == nil {
		return nil, errors.New("it is not base64")
	}
	cert, err := x509.ParseCertificate(doc.Bytes)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "x509: "))
	}
	return cert, nil
}

// pool returns the system's authorities and the file's.
func (ca *caFile) pool() *x509.CertPool {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for _, cert := range ca.certs {
		pool.AddCert(cert)
	}
	return pool
}

// distrust is a refused certificate, with the file that was to make it trusted.
type distrust struct {
	error
	ca *caFile
}

func (d *distrust) Unwrap() error { return d.error }

// advice says what the file lacks: to ask for a file that is set would lead nowhere.
func (d *distrust) advice() string {
	held := "1 certificate"
	if n := len(d.ca.certs); n != 1 {
		held = fmt.Sprintf("%d certificates", n)
	}
	says := fmt.Sprintf("CONVISO_CA_FILE %s is set and holds %s, not its issuer's; add that one there", d.ca.path, held)
	if len(d.ca.unread) > 0 {
		says += "; what cannot be read there: " + strings.Join(d.ca.unread, ", ")
	}
	return says
}
