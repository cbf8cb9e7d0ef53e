package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// hostile are texts that try to leave their line, the screen or the program.
func hostile() map[string]string {
	return map[string]string{
		"clear":      "\x1b[2J\x1b[H",
		"colour":     "\x1b[31;5mred\x1b[0m",
		"title":      "\x1b]0;owned\x07",
		"clipboard":  "\x1b]52;c;ZXZpbA==\x07",
		"link":       "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
		"dcs":        "\x1bP$q\"p\x1b\\",
		"apc":        "\x1b_Gf=100;AAAA\x1b\\",
		"pm":         "\x1b^x\x1b\\",
		"reset":      "\x1bc",
		"alt-screen": "\x1b[?1049l",
		"mouse":      "\x1b[?1003h",
		"question":   "\x1b[6n\x1b[c\x1b]11;?\x07",
		"c1-csi":     "\u009b31m\u009b2J",
		"c1-osc":     "\u009d0;owned\u009c",
		"c1-all":     "\u0080\u0084\u0085\u0088\u008d\u008e\u0090\u0098\u009a\u009e\u009f",
		"return":     "safe\rEVIL",
		"lines":      "one\ntwo\vthree\ffour\r\nfive",
		"bell":       "\a\b\b\b\x7f\x0e\x0f",
		"nul":        "a\x00b",
		"bidi":       "\u202etxt.exe\u202c\u2066x\u2069\u200f\u061c",
		"zero-width": "pay\u200bment\u200d\u200c\u2060\ufeff",
		"tags":       "flag\U000e0041\U000e0042\U000e007f",
		"marks":      "e" + strings.Repeat("\u0301\u0489", 500),
		"fillers":    "\u3164\u115f\u1160\uffa0\u034f\u2800",
		"separators": "a\u2028b\u2029c\u00a0d\u3000e",
		"private":    "\ue000\U000f0000",
		"long":       strings.Repeat("L", 64<<10),
		"wide":       strings.Repeat("界", 2000),
	}
}

// hostileCatalog has an entity for every hostile text in every field, as JSON.
func hostileCatalog() entityList {
	var list entityList
	for name, whole := range hostile() {
		// One name of full length is enough; nine fields of it in four entities are slow.
		text := whole[:min(len(whole), 3000)]
		e := func(kind, namespace, name string) entityMap {
			// Each has its own repository: what shares one is covered.
			own, _, _ := strings.Cut(name, "-")
			return entityMap{"kind": kind, "metadata": map[string]any{"uid": text, "name": name, "namespace": namespace, "title": text,
				"description": text, "tags": []string{text, "t" + text}, "annotations": map[string]string{"backstage.io/source-location": "url:https://x.example/" + own + "/" + text, text: text},
				"links": []map[string]string{{"url": "https://x.example/" + text, "title": text}}},
				"spec":      map[string]any{"type": text, "lifecycle": text, "owner": text, "system": text},
				"relations": []map[string]string{{"type": "ownedBy", "targetRef": text}}}
		}
		list = append(list, e("Component", "default", name), e("Component", "default", "n-"+name+whole), e("Component", "s"+text, "in-"+name), e("Component"+text, "default", "k-"+name))
	}
	return list
}

// rawCatalog adds what no encoder writes: bytes that are no UTF-8, and halves of pairs.
func rawCatalog(list entityList) http.HandlerFunc {
	extra := `{"kind":"Component","metadata":{"name":"raw-` + "\xff\xc0\xaf\xed\xa0\x80\x9b31m" + `","namespace":"default","title":"\ud800 \udc00 \udfff\ud800"},"spec":{"owner":"` + "\xf0\x9f" + `"}}`
	doc, _ := json.Marshal(list)
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/by-query") {
			list.ServeHTTP(w, r)
			return
		}
		fmt.Fprintf(w, `{"items":[%s,%s],"totalItems":%d,"pageInfo":{}}`, extra, doc[1:len(doc)-1], len(list)+1)
	}
}

// hostilePlatform names its companies and assets, and refuses entities, in hostile words.
func hostilePlatform() *faulty.Platform {
	p := platformOf(demo.PlatformOptions{
		Companies: []demo.Company{{ID: "1042", Label: "Acme" + hostile()["clear"] + hostile()["c1-osc"] + hostile()["bidi"]}},
		Reject: func(p demo.Project) string {
			for name, text := range hostile() {
				if p.Name == name {
					return "refused" + text
				}
			}
			return ""
		},
	})
	for name, text := range hostile() {
		p.AddAssets("1042", demo.Asset{Name: "asset-" + name + text}, demo.Asset{Name: "n-" + name + text})
	}
	return p
}

// unsafe is the first thing in a stream to a terminal that the program may not write there:
// anything but printable text and, where sequences are allowed, those of Bubble Tea.
func unsafe(stream []byte, sequences bool) string {
	if sequences {
		// The bell that ends them would otherwise be one that rings.
		stream = clipboardSequence.ReplaceAllFunc(stream, func(sequence []byte) []byte {
			if copiesOurs(sequence) {
				return nil
			}
			return sequence
		})
	}
	if !utf8.Valid(stream) {
		return "bytes that are no UTF-8"
	}
	marks := 0
	for i, r := range string(stream) {
		switch {
		case r >= ' ' && r < 0x7f, r == '\n', r == '\r', r == '\x1b' && sequences:
			marks = 0
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Variation_Selector):
			return fmt.Sprintf("%U at %d, behind %q", r, i, stream[max(0, i-60):i])
		case !unicode.In(r, unicode.Mn, unicode.Me):
			marks = 0
		default:
			if marks++; marks > 2 {
				return "a flood of combining marks"
			}
		}
	}
	if !sequences {
		return ""
	}
	var state byte
	parser := ansi.NewParser()
	for rest := stream; len(rest) > 0; {
		sequence, _, n, next := ansi.DecodeSequence(rest, state, parser)
		if sequence[0] == '\x1b' && !ours(sequence, parser) {
			return fmt.Sprintf("the sequence %q", sequence)
		}
		rest, state = rest[n:], next
	}
	return ""
}

// ours reports whether a sequence is one of those that the table needs: colours, cursor moves,
// erasing, and the modes that it sets and takes back.
func ours(sequence []byte, parser *ansi.Parser) bool {
	if !ansi.HasCsiPrefix(sequence) {
		return linkSequence.Match(sequence)
	}
	command := ansi.Cmd(parser.Command())
	switch {
	case command.Intermediate() != 0:
		return false
	case command.Prefix() == '?' && (command.Final() == 'h' || command.Final() == 'l'):
		mode, _, _ := parser.Params().Param(0, 0)
		return len(parser.Params()) == 1 && (mode == 25 || mode == 1049 || mode == 2004 ||
			(command.Final() == 'l' && (mode == 1000 || mode == 1002 || mode == 1003 || mode == 1006)))
	}
	return command.Prefix() == 0 && strings.ContainsRune("mABCDHJKG", rune(command.Final()))
}

// copiesOurs reports whether a sequence for the clipboard holds what users copy from the table: a
// reference, an address, a command or a message.
func copiesOurs(sequence []byte) bool {
	text, err := base64.StdEncoding.DecodeString(string(clipboardSequence.FindSubmatch(sequence)[1]))
	return err == nil && unsafe(text, false) == "" && regexp.MustCompile(`^(component:|http://127\.0\.0\.1|conviso-importer |[A-Z0-9][^ ]* )`).Match(text)
}

// TestUnsafeFinds protects the tests of this file from a check that finds nothing.
func TestUnsafeFinds(t *testing.T) {
	for name, text := range hostile() {
		if name == "long" || name == "wide" || name == "separators" || name == "fillers" {
			continue
		}
		if name != "lines" && name != "return" && name != "colour" && name != "clear" && name != "alt-screen" && unsafe([]byte("x"+text), true) == "" {
			t.Errorf("%s passes a terminal", name)
		}
		if name != "return" && unsafe([]byte("x"+text), false) == "" {
			t.Errorf("%s passes a pipe", name)
		}
	}
	for _, text := range []string{"\x1b]8;;https://evil.example\x1b\\", "\x1b]8;id=conviso-importer;https://a.test/\x1b[2J\x1b\\", "\x1b]8;id=conviso-importer;file:///x\x1b\\"} {
		if unsafe([]byte(text), true) == "" {
			t.Errorf("%q passes a terminal", text)
		}
	}
	link := "\x1b]8;id=conviso-importer;https://a.test/b?c=d\x1b\\text\x1b]8;;\x1b\\\x1b]52;c;Y29tcG9uZW50OmRlZmF1bHQveA==\x07"
	if found := unsafe([]byte(link), true); found != "" {
		t.Error(found)
	}
	if found := unsafe([]byte("\x1b[?1049h\x1b[2;3H\x1b[1;31mred\x1b[0m\x1b[K\r\n\x1b[?25l"), true); found != "" {
		t.Error(found)
	}
}

// TestHostileText protects scripts and their terminals: whatever stands in the catalog and on
// the platform, each output of each command holds printable text alone, and JSON is JSON.
func TestHostileText(t *testing.T) {
	t.Parallel()
	a := newAccount(t, serve(t, rawCatalog(hostileCatalog())), serve(t, hostilePlatform()))
	all := len(hostileCatalog()) + 1
	for _, args := range [][]string{
		{"refresh", "-o", "json"}, {"list"}, {"list", "-o", "json"}, {"list", "-o", "csv"}, {"list", "-o", "name"},
		{"list", "--offline", "\x1b]0;x\x07\u202e"},
		{"import", "--all-new", "--dry-run"}, {"import", "--all-new", "--dry-run", "-o", "json"},
		{"import", "--query", "e", "--timeout", "20s"}, {"import", "--all-new", "-o", "json", "--timeout", "20s"}, {"resume"},
		{"import", "component:default/\x1b[2J"}, {"list", "-o", "\x1b[2J"}, {"\x1b[2J"}, {"list", "--\x1b]0;x\a"}, {"list", "--kind", "\x1b[2J\u202e"},
		{"import", "--plan", "\x1b[2J"}, {"list", "--config", "\x1b]0;x\a"}, {"list", "--company", "\x1b[2J"},
	} {
		r := a.run(args...)
		for stream, text := range map[string]string{"stdout": r.out, "stderr": r.errs} {
			if found := unsafe([]byte(text), false); found != "" {
				t.Errorf("%q, exit %d: %s has %s", args, r.code, stream, found)
			}
		}
		if args[len(args)-1] == "json" || len(args) > 2 && args[2] == "json" {
			if !json.Valid([]byte(r.out)) {
				t.Errorf("%q: no JSON: %.200s", args, r.out)
			}
		}
		if args[0] == "list" && len(args) == 3 && args[2] == "json" {
			var items []struct{ Ref string }
			if err := json.Unmarshal([]byte(r.out), &items); err != nil || len(items) < all*3/4 || r.code != 0 {
				t.Errorf("exit %d, %d of %d entities, %v\n%s", r.code, len(items), all, err, r.errs)
			}
		}
	}
}

// TestHostileSettings protects the messages about settings and files from what stands in
// them: variables, app-config.yaml, plan files, the remembered company, the lock's note.
func TestHostileSettings(t *testing.T) {
	evil := "\x1b]0;x\x07\u009b2J\u202e\r"
	good := newAccount(t, serve(t, entityList{}), serve(t, platformOf(demo.PlatformOptions{})))
	for _, name := range []string{"BACKSTAGE_URL", "BACKSTAGE_APP_URL", "BACKSTAGE_TOKEN", "CONVISO_API_KEY", "CONVISO_COMPANY_ID", "CONVISO_ENVIRONMENT",
		"CONVISO_API_BASE", "CONVISO_INSTANCE_ID", "CONVISO_RATE", "CONVISO_SETTLE", "CONVISO_CA_FILE", "CONVISO_CACHE_DIR", "CONVISO_STATE_DIR",
		"CONVISO_READ_ONLY", "CONVISO_CACHE_TTL", "CONVISO_AUTO_IMPORT_INTERVAL", "HTTPS_PROXY", "HTTP_PROXY"} {
		a := good.without(name + "=https://x" + evil)
		if name == "CONVISO_CACHE_DIR" || name == "CONVISO_STATE_DIR" {
			a = good.without(name + "=/dev/null/" + evil)
		}
		for _, args := range [][]string{{"list"}, {"import", "--all-new"}} {
			r := a.run(args...)
			if found := unsafe([]byte(r.out+r.errs), false); found != "" {
				t.Errorf("%s, %v: %s", name, args, found)
			}
		}
	}
	state := filepath.Join(good.home, "state")
	if err := os.MkdirAll(state, 0o700); err != nil {
		t.Fatal(err)
	}
	quoted, _ := json.Marshal(evil)
	for name, c := range map[string]struct {
		file, doc string
		env, args []string
	}{
		"plan":            {"plan.json", `{"version":1,"companyId":` + string(quoted) + `,"platformUrl":` + string(quoted) + `}`, nil, []string{"import", "--plan", "plan.json"}},
		"plan's items":    {"plan.json", `{"version":1,"items":[{"ref":` + string(quoted) + `,"project":{"name":` + string(quoted) + `}}]}`, nil, []string{"import", "--plan", "plan.json", "--dry-run"}},
		"no plan":         {"plan.json", evil, nil, []string{"import", "--plan", "plan.json"}},
		"plan's types":    {"plan.json", `{"version":` + string(quoted) + `}`, nil, []string{"import", "--plan", "plan.json"}},
		"company file":    {"state/companies.json", companies(good.env, string(quoted)), []string{"CONVISO_COMPANY_ID"}, []string{"import", "--all-new"}},
		"no company file": {"state/companies.json", evil, []string{"CONVISO_COMPANY_ID"}, []string{"list"}},
		"app-config": {"app-config.yaml", `conviso: {companyId: ` + string(quoted) + `, environment: ` + string(quoted) + `, ` + `? ` + string(quoted) + ` : x, mapping: {type: {` + string(quoted) + `: ` + string(quoted) + `}}}`,
			[]string{"CONVISO_COMPANY_ID", "CONVISO_ENVIRONMENT"}, []string{"list", "--config", "app-config.yaml"}},
		"clash name": {"app-config.yaml", `conviso: {clashName: "{name}{kind}\u001b[2J", autoImport: {query: "\u202e"}}`, nil, []string{"list", "--config", "app-config.yaml"}},
		"file name":  {"a" + evil + ".yaml", `conviso: [`, nil, []string{"list", "--config", "a" + evil + ".yaml"}},
	} {
		path := filepath.Join(good.home, c.file)
		if err := os.WriteFile(path, []byte(c.doc), 0o600); err != nil {
			t.Fatal(err)
		}
		r := good.without(c.env...).run(c.args...)
		if found := unsafe([]byte(r.out+r.errs), false); found != "" {
			t.Errorf("%s, exit %d: %s\n%q", name, r.code, found, r.out+r.errs)
		}
		_ = os.Remove(path)
	}
}

// companies is the file that remembers a hostile company.
func companies(env []string, id string) string {
	get := func(name string) string {
		for _, entry := range env {
			if value, ok := strings.CutPrefix(entry, name+"="); ok {
				return value
			}
		}
		return ""
	}
	return fmt.Sprintf(`{"%s %s":{"ID":%s,"Label":%s}}`, get("BACKSTAGE_URL"), get("CONVISO_API_BASE"), id, id)
}

// TestHostileTable protects the terminal of the table: through browsing, filtering, details,
// the review, an import that is refused and its messages, the whole stream of bytes holds
// sequences of our own alone.
func TestHostileTable(t *testing.T) {
	t.Parallel()
	a := newAccount(t, serve(t, rawCatalog(hostileCatalog())), serve(t, hostilePlatform()))
	p := a.open(160, 50)
	p.await("STATUS", 10*time.Second)
	// Those whose kind is hostile are of a kind that was not asked for.
	all := fmt.Sprintf("of %d", 3*len(hostile())+1)
	p.await(all, 20*time.Second)
	place := 0
	// An escape that another key follows at once would be another key: q leaves screens.
	do := func(keys, what string) {
		t.Helper()
		p.press(keys)
		place = p.awaitAfter(place, what, 20*time.Second)
	}
	do("p", "What an import sends")
	p.press(strings.Repeat("\x1b[6~J", 12))
	do("g\r", "Details")
	p.press("JJJJyYoO" + strings.Repeat("J", 200))
	do("qc", "Connection")
	do("q@", "Log")
	do("q/zero\r", all)
	do("/\x15\x1b[200~\x1b]0;x\x07\u202e\u009b2J\x1b[201~", "]0;x\ufffd")
	do("\r", "0 "+all)
	do("/\x15\r", " "+all)
	p.press("sSsSsS123451")
	do("a", "marked")
	do("i", "y imports")
	p.press("jjjj\r")
	do("qd", "saved")
	do("Y", "sent to the")
	do("y", "Import finished")
	p.press("jjjj")
	do("@", "Log")
	p.press("yq\x03")
	p.end(20 * time.Second)
	if found := unsafe([]byte(p.text()), true); found != "" {
		t.Error(found)
	}
	if n := bytes.Count([]byte(p.text()), []byte("\x1b[?1049h")); n == 0 {
		t.Error("the table was never shown")
	}
}

// TestHostileLockNote protects the sentence about another process at work from the note that
// says who it is, which any process of the user may have written.
func TestHostileLockNote(t *testing.T) {
	t.Parallel()
	one := entityList{{"kind": "Component", "metadata": map[string]any{"name": "a", "namespace": "default"}}}
	a := newAccount(t, serve(t, one), serve(t, platformOf(demo.PlatformOptions{})))
	a.run("list")
	state := filepath.Join(a.home, "state")
	queues, err := filepath.Glob(filepath.Join(state, "queue-*.db"))
	if err != nil || len(queues) != 1 {
		t.Fatalf("the queues are %q, %v", queues, err)
	}
	path := strings.TrimSuffix(queues[0], ".db") + ".lock"
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		t.Fatal(err)
	}
	evil, _ := json.Marshal("\x1b]0;x\x07\u009b2J\u202e\revil")
	note := fmt.Sprintf(`{"pid":7,"host":%s,"command":%s,"user":%s,"version":%s,"cmd":%s}`, evil, evil, evil, evil, evil)
	if err := os.WriteFile(path+".json", []byte(note), 0o600); err != nil {
		t.Fatal(err)
	}
	r := a.run("import", "--all-new", "--timeout", "1s")
	if found := unsafe([]byte(r.out+r.errs), false); found != "" || !strings.Contains(r.errs, "evil") {
		t.Errorf("exit %d, %s\n%q", r.code, found, r.errs)
	}
}
