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

// module is the path before every import of this project.
const module = "conviso-importer"

// source is one Go file of the project.
type source struct {
	name  string // slash-separated, from the root
	lines int
	file  *ast.File
	set   *token.FileSet
}

// dir is the package's folder from the root, "." for the root itself.
func (s source) dir() string { return path.Dir(s.name) }

// test reports whether the file is compiled only for tests.
func (s source) test() bool { return strings.HasSuffix(s.name, "_test.go") }

// imports returns the paths that the file imports.
func (s source) imports() []string {
	paths := make([]string, 0, len(s.file.Imports))
	for _, spec := range s.file.Imports {
		// The parser has accepted the literal, so that it can be unquoted.
		p, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, p)
	}
	return paths
}

// uses returns the names that the file selects from the package imported as pkg, under
// whatever name it is imported.
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

// starts returns the lines in which a goroutine is started whose panic nobody would take: go
// statements, and groups' Go with anything but a function from safego.
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

// selected is the name that an expression selects, and the name of what it selects from where
// that is a plain one.
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

// load parses every Go file of the tree, except in folders that Go itself passes over and
// in those that hold other people's code.
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
