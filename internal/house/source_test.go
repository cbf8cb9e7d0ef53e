package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// module is the prefix of this project's imports.
const module = "conviso-importer"

type source struct {
	name  string // slash-separated, from the root
	lines int
	file  *ast.File
	set   *token.FileSet
}

// dir is the package's folder, "." for the root.
func (s source) dir() string { return path.Dir(s.name) }

// test reports whether it is a test file.
func (s source) test() bool { return strings.HasSuffix(s.name, "_test.go") }

func (s source) imports() []string {
	paths := make([]string, 0, len(s.file.Imports))
	for _, spec := range s.file.Imports {
		// The parser has validated the literal.
		p, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, p)
	}
	return paths
}

// uses returns the names selected from package pkg, whatever its local name.
func (s source) uses(pkg string) []string {
	local := ""
	for _, spec := range s.file.Imports {
		if spec.Path.Value != strconv.Quote(pkg) {
			continue
		}
		local = path.Base(pkg)
		if spec.Name != nil {
			local = spec.Name.Name
		}
	}
	var names []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && local != "" && id.Name == local {
				names = append(names, sel.Sel.Name)
			}
		}
		return true
	})
	return names
}

// starts returns the lines of go statements and of groups' Go without a function from safego.
func (s source) starts() []int {
	var lines []int
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			lines = append(lines, s.line(n))
		case *ast.CallExpr:
			if name, on := selected(n.Fun); name == "Go" && on != "safego" && len(n.Args) == 1 {
				guarded, isCall := n.Args[0].(*ast.CallExpr)
				if isCall {
					_, on = selected(guarded.Fun)
				}
				if !isCall || on != "safego" {
					lines = append(lines, s.line(n))
				}
			}
		}
		return true
	})
	return lines
}

// selected returns an expression's selector, and the identifier that it selects from, if plain.
func selected(e ast.Expr) (name, on string) {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	if id, ok := sel.X.(*ast.Ident); ok {
		on = id.Name
	}
	return sel.Sel.Name, on
}

func (s source) line(n ast.Node) int { return s.set.Position(n.Pos()).Line }

// load parses every Go file except in folders that Go ignores or that hold other people's code.
func load(tree fs.FS) ([]source, error) {
	var all []source
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") ||
				base == "testdata" || base == "node_modules" || base == "bin") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name: name, lines: bytes.Count(text, []byte("\n")), file: file, set: set})
		return nil
	})
	return all, err
}
