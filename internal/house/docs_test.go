package house

import (
	"fmt"
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// mention is a code span of a folder and its tests.
	mention = regexp.MustCompile("`([a-z0-9/]+): ((?:Test|Fuzz)[A-Za-z0-9_]+(?:, (?:Test|Fuzz)[A-Za-z0-9_]+)*)`")
	// testName is the name of any test.
	testName = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z][A-Za-z0-9_]*`)
)

// TestReliabilityPage checks that every test in the pages exists in its folder, and every table row
// names one.
func TestReliabilityPage(t *testing.T) {
	all, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for name, atLeast := range map[string]int{"reliability.md": 100, "features.md": 50} {
		page, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		broken, found := unknownTests(string(page), all)
		for _, sentence := range broken {
			t.Errorf("%s: %s", name, sentence)
		}
		if found < atLeast {
			t.Errorf("%s names %d tests only; were they read?", name, found)
		}
	}
}

func TestUnknownTestsAreFound(t *testing.T) {
	all := []source{{name: "a/x_test.go", file: &ast.File{Decls: []ast.Decl{&ast.FuncDecl{Name: ast.NewIdent("TestA")}}}}}
	for page, want := range map[string]int{
		"| x | `a: TestA` |":        0,
		"| x | `a: TestA, TestB` |": 1,
		"| x | `b: TestA` |":        1,
		"| x | TestA |":             2,
		"| x | nothing |":           1,
		"|---|---|":                 0,
		"| fault | shown by |":      0,
	} {
		if broken, _ := unknownTests(page, all); len(broken) != want {
			t.Errorf("%s: %q", page, broken)
		}
	}
}

// unknownTests returns an error for every missing test of a page, and the number of tests it names.
func unknownTests(page string, all []source) (broken []string, found int) {
	exist := map[string]bool{}
	for _, s := range all {
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && s.test() {
				exist[s.dir()+": "+f.Name.Name] = true
			}
		}
	}
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		var named []string
		for _, m := range mention.FindAllStringSubmatch(line, -1) {
			for _, name := range strings.Split(m[2], ", ") {
				named = append(named, name)
				if !exist[m[1]+": "+name] {
					broken = append(broken, fmt.Sprintf("there is no %s in %s", name, m[1]))
				}
			}
		}
		found += len(named)
		for _, name := range testName.FindAllString(line, -1) {
			if !slices.Contains(named, name) && name != "TestName" {
				broken = append(broken, fmt.Sprintf("%s is named without its folder: write `folder: %s`", name, name))
			}
		}
		heading := strings.HasSuffix(line, "| shown by |") || strings.HasPrefix(line, "|--")
		if strings.HasPrefix(line, "|") && !heading && len(named) == 0 {
			broken = append(broken, "a row names no test: "+line)
		}
	}
	return broken, found
}
