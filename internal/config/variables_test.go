package config

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestVariablesAreExplained protects the manual from forgetting a variable and from naming one
// that nobody reads.
func TestVariablesAreExplained(t *testing.T) {
	var read []string
	for field := range reflect.TypeFor[variables]().Fields() {
		read = append(read, field.Tag.Get("envconfig"))
	}
	compare(t, Variables(), read)
}

// TestFileKeysAreExplained protects the same for the keys of app-config.yaml, which are those
// that this package's source names.
func TestFileKeysAreExplained(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`^(conviso|app|backend)\.[A-Za-z.]+$`)
	var read []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") || f.Name() == "variables.go" {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != gotoken.STRING {
				return true
			}
			if text, err := strconv.Unquote(lit.Value); err == nil && key.MatchString(text) && !strings.HasSuffix(text, ".com") {
				read = append(read, text)
			}
			return true
		})
	}
	compare(t, FileKeys(), read)
}

// compare fails the test unless exactly the settings that are read are explained.
func compare(t *testing.T, docs []Doc, read []string) {
	t.Helper()
	var explained []string
	for _, d := range docs {
		explained = append(explained, d.Name)
		if d.Meaning == "" || strings.HasSuffix(d.Meaning, ".") {
			t.Errorf("%s is explained by %q", d.Name, d.Meaning)
		}
	}
	for _, name := range read {
		if !slices.Contains(explained, name) {
			t.Errorf("%s is read and not explained", name)
		}
	}
	for i, name := range explained {
		if !slices.Contains(read, name) || slices.Contains(explained[:i], name) {
			t.Errorf("%s is explained and not read, or explained twice", name)
		}
	}
}

// TestDefaultsAreTrue protects the defaults that the manual shows where they are values: each
// is what Load comes to where nothing is set.
func TestDefaultsAreTrue(t *testing.T) {
	bare(t)
	c := load(t, Options{})
	for _, d := range slices.Concat(Variables(), FileKeys()) {
		for _, s := range c.Settings() {
			if s.Name == d.Name && s.Origin == "default" && s.Value != d.Default && !strings.HasSuffix(s.Name, "_DIR") && d.Name != "NO_COLOR" {
				t.Errorf("%s is %q by default, explained as %q", s.Name, s.Value, d.Default)
			}
		}
	}
}
