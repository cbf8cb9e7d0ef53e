package transport

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"

	"conviso-importer/internal/safetext"
)

// maxCodings limits how often an answer may be compressed; one is usual, and two come from proxies.
const maxCodings = 4

// maxCoding is the length in bytes at which a coding's name is cut.
const maxCoding = 40

// decode undoes a response's content codings, the last one first, also those that were not asked
// for, as a proxy may add them. A body in another one fails when it is read: the status counts
// before that. limited bounds each layer.
func decode(resp *http.Response, limited func(io.ReadCloser) io.ReadCloser) {
	codings := codingsOf(resp.Header)
	if len(codings) == 0 {
		return
	}
	for _, name := range slices.Backward(codings) {
		if len(codings) > maxCodings {
			name = strings.Join(codings, ", ")
		}
		if name != "gzip" && name != "x-gzip" {
			resp.Body = &codedBody{resp.Body, safetext.Line(name[:min(len(name), maxCoding)])}
			break
		}
		resp.Body = &gunzipBody{body: limited(resp.Body)}
	}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
}

// codingsOf returns the names of a response's codings in lower case, without identity and without
// the words that servers write there although they mean nothing.
func codingsOf(header http.Header) []string {
	var codings []string
	for _, line := range header.Values("Content-Encoding") {
		for name := range strings.SplitSeq(line, ",") {
			switch name = strings.ToLower(strings.TrimSpace(name)); name {
			case "", "identity", "none", "utf-8":
			default:
				codings = append(codings, name)
			}
		}
	}
	return codings
}

// codedBody is a body in a coding that cannot be undone. An empty one is empty in every coding.
type codedBody struct {
	io.ReadCloser
	coding string
}

func (b *codedBody) Read([]byte) (int, error) {
	var one [1]byte
	for {
		switch n, err := b.ReadCloser.Read(one[:]); {
		case n > 0:
			return 0, &CodingError{b.coding}
		case err != nil:
			return 0, err
		}
	}
}

// gunzipBody decompresses gzip. An empty body stays empty.
type gunzipBody struct {
	body io.ReadCloser
	zip  *gzip.Reader
	err  error
}

func (u *gunzipBody) Read(p []byte) (int, error) {
	if u.zip == nil && u.err == nil {
		u.zip, u.err = gzip.NewReader(u.body)
	}
	if u.err != nil {
		return 0, u.err
	}
	return u.zip.Read(p)
}

func (u *gunzipBody) Close() error { return u.body.Close() }
