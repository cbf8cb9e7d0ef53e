package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad checks that any file gives a Config or problems and shows no secret. The control
// character in the secret makes every other setting refuse it, so that only a leak can show it.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "null", "a: [", "- x", "conviso: {apiKey: '${CANARY}', companyId: 010, environment: local}",
		"conviso: {apiKey: {$env: CANARY}, apiBase: '${CANARY}', instanceId: {$file: x}}",
		"conviso: &a {mapping: {type: {x: api}, lifecycle: *a}, clashName: '{name}{kind}'}",
		"backend: {baseUrl: 'https://x', auth: {externalAccess: [{type: static, options: {token: '${CANARY}'}}]}}",
		"app: {baseUrl: 'https://${CANARY}:-x'}\nconviso: {autoImport: {query: '$${x} ${CANARY:-y}', maxPerRun: 1}}",
		"? [a]\n: b\nconviso: {$include: 'a#b'}", "a: 1\n---\nb: 2", "conviso: !!binary x", "\ufeff%YAML 1.2\n---\n{}",
	} {
		f.Add([]byte(seed))
	}
	f.Setenv("CANARY", canary+"\x01")
	f.Setenv("HOME", f.TempDir())
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "app-config.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(Options{Files: []string{path}})
		if (c == nil) == (err == nil) {
			t.Fatalf("want a Config or an error, got %v, %v", c, err)
		}
		if err != nil && len(sentences(t, err)) == 0 {
			t.Fatal("an error without a sentence")
		}
		if out := everything(c, err); strings.Contains(out, canary) {
			t.Fatalf("the secret is in:\n%s", out)
		}
		if c != nil && (c.Conviso.Rate < 1 || c.Conviso.AutoImport.MaxPerRun < 1 || c.Conviso.AppURL == nil) {
			t.Fatalf("an unusable Config: %+v", c)
		}
	})
}

// FuzzExpand checks that text without placeholders stays as it is.
func FuzzExpand(f *testing.F) {
	for _, seed := range []string{"", "${A}", "$${A}", "${A:-b}", "${NOPE}", "$$$${A}", "${", "}${A}{", "${A:-${A}}"} {
		f.Add(seed)
	}
	lookup := func(name string) (string, bool) { return "value", name == "A" }
	f.Fuzz(func(t *testing.T, text string) {
		got := expand(text, lookup)
		if !got.set && got != (value{}) {
			t.Fatalf("an unset value says something: %+v", got)
		}
		if !strings.Contains(text, "${") && (got.text != text || !got.literal) {
			t.Fatalf("%q became %+v", text, got)
		}
		if strings.ContainsAny(text, "{}$") {
			return
		}
		if got := expand("$${"+text+"}", lookup); got.text != "${"+text+"}" || !got.set {
			t.Fatalf("escaped %q became %+v", text, got)
		}
	})
}
