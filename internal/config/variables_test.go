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

// TestVariablesAreExplained checks that exactly the variables that are read are documented.
func TestVariablesAreExplained(t *testing.T) {
	var read []string
	for field := range reflect.TypeFor[variables]().Fields() {
		read = append(read, field.Tag.Get("envconfig"))
	}
	compare(t, Variables(), read)
}

// TestFileKeysAreExplained does so for the keys of app-config.yaml in this package's source.
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

// TestDefaultsAreTrue checks documented defaults against Load.
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
