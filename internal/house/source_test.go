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
}

// dir is the package's folder from the root, "." for the root itself.
func (s source) dir() string { return path.Dir(s.name) }

// test says whether the file is compiled only for tests.
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
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name: name, lines: bytes.Count(text, []byte("\n")), file: file})
		return nil
	})
	return all, err
}
