//go:build slow

package e2e

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// maxPeak is the most memory in MiB that a body may make the program use.
const maxPeak = 200

// again writes a text until so many bytes have gone or the client has.
func again(w io.Writer, text string, bytes int64) {
	block := []byte(strings.Repeat(text, max(1, 64<<10/len(text))))
	for bytes > 0 {
		if _, err := w.Write(block); err != nil {
			return
		}
		bytes -= int64(len(block))
	}
}

// packed is ten megabytes that unpack to ten gigabytes.
func packed(w http.ResponseWriter) {
	var member bytes.Buffer
	z := gzip.NewWriter(&member)
	_, _ = z.Write(make([]byte, 10<<20))
	_ = z.Close()
	w.Header().Set("Content-Encoding", "gzip")
	again(w, member.String(), 10<<20)
}

// headers writes headers without end.
func headers(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
	again(conn, "X-Fill: 0123456789\r\n", 1<<30)
}

// bodies are answers that are too much. The prefix and the unit are what a list of the API
// begins with and what it holds, the suffix what ends it.
func bodies(prefix, unit, suffix string) map[string]func(http.ResponseWriter) {
	const gigabyte = 1 << 30
	stream := func(start, text string, size int64) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, start)
			again(w, text, size)
		}
	}
	return map[string]func(http.ResponseWriter){
		"1 GB of zeros":          stream("", "\x00", gigabyte),
		"1 GB of a list":         stream(prefix+unit, ","+unit, gigabyte),
		"1 GB of nothings":       stream(prefix+"{}", ",{}", gigabyte),
		"1 GB of nulls":          stream(prefix+"null", ",null", gigabyte),
		"1 GB in a string":       stream(`{"x":"`, "x", gigabyte),
		"1 GB of white space":    stream("{", " ", gigabyte),
		"1 GB of members":        stream(`{"x":1`, `,"x":1`, gigabyte),
		"1 GB of errors":         stream(`{"errors":[{}`, `,{}`, gigabyte),
		"gzip bomb":              packed,
		"7 MiB of nothings":      whole(prefix+"{}", ",{}", suffix),
		"7 MiB of nulls":         whole(prefix+"null", ",null", suffix),
		"7 MiB of texts":         whole(prefix+`{"metadata":{"tags":[""`, `,""`, "]}}"+suffix),
		"7 MiB of errors":        whole(`{"errors":[{}`, ",{}", `]}`),
		"7 MiB of errors' texts": whole(`{"errors":[{"message":"x"}`, `,{"message":"x"}`, `]}`),
		"7 MiB of members":       whole(`{"data":{"assets":{"a":1`, `,"a":1`, "}}}"),
		"20,000 levels":          stream(prefix, `[`, 20_000),
		"20,000 levels, closed": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, prefix+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000))
		},
		"endless headers": headers,
	}
}

// whole is a document of seven megabytes that ends as it should.
func whole(start, text, end string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		_, _ = io.WriteString(w, start)
		again(w, text, 7<<20)
		_, _ = io.WriteString(w, end)
	}
}

// TestBodies protects the machine from either API: whatever an answer is made of, the program
// says in time that it is none, and its memory stays small.
func TestBodies(t *testing.T) {
	unit := `{"kind":"Component","metadata":{"name":"a","namespace":"default"}}`
	for name, body := range bodies(`{"items":[`, unit, `],"pageInfo":{}}`) {
		t.Run("catalog/"+name, func(t *testing.T) {
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				body(w)
			})
			survives(t, newAccount(t, serve(t, h), serve(t, platformOf(demo.PlatformOptions{}))), "the catalog at ")
		})
	}
	one := entityList{{"kind": "Component", "metadata": map[string]any{"name": "a", "namespace": "default"}}}
	for name, body := range bodies(`{"data":{"assets":{"collection":[`, `{"id":"1","name":"a"}`,
		`],"metadata":{"totalCount":5,"totalPages":1,"currentPage":1,"limitValue":2000}}}}`) {
		t.Run("platform/"+name, func(t *testing.T) {
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				body(w)
			})
			survives(t, newAccount(t, serve(t, one), serve(t, h)), "read the assets of company 1042: ")
		})
	}
}

// survives lists and imports on an account whose one side sends too much.
func survives(t *testing.T, a *account, says string) {
	t.Helper()
	for _, args := range [][]string{{"list"}, {"import", "--all-new"}} {
		r := a.run(args...)
		line := r.errs
		t.Logf("%s: exit %d after %s, %d MiB at most: %s", args[0], r.code, r.took.Round(time.Millisecond), r.peak, line[:min(len(line), 400)])
		if (r.code != 1 && r.code != 5) || !strings.Contains(r.errs, says) || strings.Contains(r.errs, "panic") {
			t.Errorf("%v: exit %d\n%s", args, r.code, r.errs)
		}
		if r.peak > maxPeak {
			t.Errorf("%v used %d MiB", args, r.peak)
		}
		if len(r.errs) > 4000 || unsafe([]byte(r.errs), false) != "" {
			t.Errorf("%v: the sentence is not fit to be shown: %.500q", args, r.errs)
		}
	}
}
