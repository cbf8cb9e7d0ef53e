package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"conviso-importer/internal/config"
)

// sentences yields every string literal of the program's packages and its file.
func sentences(t *testing.T, yield func(file, text string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	for _, dir := range []string{"catalog", "cache", "conviso", "internal", "ui"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			name, _ := filepath.Rel(root, path)
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						yield(filepath.ToSlash(name), text)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

var (
	// The name may also begin a sentence about the program; see about.
	advisedCommand  = regexp.MustCompile(`conviso-importer ([a-z]+(?:-[a-z]+)*)`)
	advisedFlag     = regexp.MustCompile(`(?:^|[^-\w])(?:([a-z]+) )?(--[a-z][a-z-]+)`)
	advisedVariable = regexp.MustCompile(`\b(?:CONVISO|BACKSTAGE)_[A-Z_]+\b`)
	pressedKey      = regexp.MustCompile(`\b[Pp]ress [a-zA-Z?@/]\b`)
)

// TestAdviceIsTrue checks that messages name existing commands, flags and variables, and that no
// package below the front ends names a key.
func TestAdviceIsTrue(t *testing.T) {
	a := &app{}
	root := a.root()
	root.InitDefaultCompletionCmd()
	flags := func(cmd *cobra.Command) []string {
		var names []string
		cmd.InitDefaultHelpFlag()
		for _, set := range []*pflag.FlagSet{cmd.Flags(), root.PersistentFlags()} {
			set.VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		}
		return names
	}
	commands := map[string]*cobra.Command{}
	all := flags(root)
	for _, cmd := range root.Commands() {
		commands[cmd.Name()] = cmd
		all = append(all, flags(cmd)...)
		for _, below := range cmd.Commands() {
			commands[below.Name()] = below
			all = append(all, flags(below)...)
		}
	}
	about := []string{"shows", "in"}
	checked := 0
	sentences(t, func(file, text string) {
		for _, m := range advisedCommand.FindAllStringSubmatch(text, -1) {
			checked++
			if commands[m[1]] == nil && !slices.Contains(about, m[1]) {
				t.Errorf("%s advises the command %q, which does not exist, in %q", file, m[1], text)
			}
		}
		for _, m := range advisedFlag.FindAllStringSubmatch(text, -1) {
			checked++
			known := all
			if cmd := commands[m[1]]; cmd != nil {
				known = flags(cmd)
			}
			if !slices.Contains(known, m[2]) {
				t.Errorf("%s advises the flag %s of %q, which does not exist, in %q", file, m[2], m[1], text)
			}
		}
		if pressedKey.MatchString(text) && !strings.HasPrefix(file, "ui/") {
			t.Errorf("%s names a key of a front end in %q", file, text)
		}
	})
	if checked < 50 {
		t.Errorf("only %d pieces of advice were found", checked)
	}
}

// TestAdvisedVariablesExist checks that messages name only variables that are read.
func TestAdvisedVariablesExist(t *testing.T) {
	known := map[string]bool{}
	for _, v := range config.Variables() {
		known[v.Name] = true
	}
	sentences(t, func(file, text string) {
		for _, name := range advisedVariable.FindAllString(text, -1) {
			if !known[name] {
				t.Errorf("%s names the variable %s, which nothing reads, in %q", file, name, text)
			}
		}
	})
}
