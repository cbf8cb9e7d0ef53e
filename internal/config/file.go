package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"go.yaml.in/yaml/v4"

	"conviso-importer/internal/safetext"
)

// maxFile bounds a configuration file.
const maxFile = 1 << 20

// noInclude is what is wrong with a value that lives in yet another file.
const noInclude = "uses $include, which this program does not follow; write the value there, or use ${NAME}, $env or $file"

// file is one configuration file. It is kept as parsed and only ever walked along the keys
// that this program reads: other parts may refer to files and variables that do not exist
// here, and aliases that would multiply are never expanded.
type file struct {
	// name is the file as the user named it, safe to show.
	name string
	dir  string
	// root is a mapping, or nil in an empty file.
	root *yaml.Node
	// shared reports that users other than the owner may read the file.
	shared bool
}

// wrong is a sentence about the value at key.
func (f *file) wrong(key, what string) error {
	return fmt.Errorf("%s %s", f.called(key), what)
}

// called is how sentences name the value at key, or the whole file where key is empty.
func (f *file) called(key string) string {
	if key == "" {
		return f.name
	}
	return safetext.Line(key) + " in " + f.name
}

// openFiles reads the files that were named, or the user's own where none was.
func (l *loader) openFiles(names []string) {
	if len(names) == 0 {
		home := folder("XDG_CONFIG_HOME", l.vars.ConfigHome, ".config")
		if home.text != "" {
			l.openFile(filepath.Join(home.text, appConfig), true)
		}
		return
	}
	for _, name := range names {
		if strings.TrimSpace(name) == "" {
			l.problem("--config has no file name; name a file, such as --config app-config.yaml")
			continue
		}
		l.openFile(name, false)
	}
}

func (l *loader) openFile(path string, optional bool) {
	name := safetext.Line(path)
	data, info, err := readBounded(path, maxFile)
	switch {
	case optional && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)):
		return
	case errors.Is(err, errTooLarge):
		l.problem(name + " is larger than 1 MiB and not read; name Backstage's configuration with --config")
		return
	case err != nil:
		l.problem(name + " cannot be read: " + cause(err) + "; name a readable file with --config, or correct this one")
		return
	}
	f, err := parseFile(path, data)
	if err != nil {
		l.problem(err.Error())
		return
	}
	f.shared = info.Mode().Perm()&0o044 != 0
	l.files = append(l.files, f)
}

// parseFile reads one YAML document. Its error is a sentence that quotes nothing of the
// file, because a key without quotes can be what makes it invalid.
func parseFile(path string, data []byte) (*file, error) {
	f := &file{name: safetext.Line(path), dir: filepath.Dir(path)}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, another yaml.Node
	err := decoder.Decode(&document)
	if err == nil {
		if err = decoder.Decode(&another); err == nil {
			return nil, fmt.Errorf("%s holds more than one YAML document; keep one in each file", f.name)
		}
	}
	if !errors.Is(err, io.EOF) {
		where := ""
		var at *yaml.LoadError
		if errors.As(err, &at) && at.Mark.Line > 0 {
			where = fmt.Sprintf(" near line %d", at.Mark.Line)
		}
		return nil, fmt.Errorf("%s is not valid YAML%s; correct the indentation or the quotes there", f.name, where)
	}
	if len(document.Content) == 0 || isNull(document.Content[0]) {
		return f, nil
	}
	if f.root = document.Content[0]; f.root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s must hold a mapping, such as conviso: and its keys", f.name)
	}
	return f, nil
}

// at walks to the node at a dotted key. It returns nil where there is none, and a null
// where the key or a mapping above it is null.
func (f *file) at(key string) (*yaml.Node, error) {
	node, path := f.root, ""
	for name := range strings.SplitSeq(key, ".") {
		if node == nil {
			return nil, nil
		}
		var err error
		if node, err = f.child(node, path, name); err != nil {
			return nil, err
		}
		path = strings.TrimPrefix(path+"."+name, ".")
	}
	return node, nil
}

// child returns the value of name in the mapping that stands at path.
func (f *file) child(node *yaml.Node, path, name string) (*yaml.Node, error) {
	node = follow(node)
	switch {
	case isNull(node):
		return node, nil
	case node.Kind != yaml.MappingNode:
		return nil, f.wrong(path, "must be a mapping")
	case directive(node) == "$include":
		return nil, f.wrong(path, noInclude)
	case directive(node) != "":
		return nil, f.wrong(path, "must be a mapping, not "+directive(node))
	}
	var got *yaml.Node
	for pair := range slices.Chunk(node.Content, 2) {
		if pair[0].Kind != yaml.ScalarNode || pair[0].Value != name {
			continue
		}
		if got != nil {
			return nil, f.wrong(strings.TrimPrefix(path+"."+name, "."), "is written twice; keep one of them")
		}
		got = follow(pair[1])
	}
	return got, nil
}

// follow returns what an alias stands for. An alias never stands for another one.
func follow(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

// directive returns the $env, $file or $include that makes a mapping stand for a value
// from elsewhere, or nothing for an ordinary mapping.
func directive(node *yaml.Node) string {
	for pair := range slices.Chunk(node.Content, 2) {
		switch name := pair[0].Value; name {
		case "$env", "$file", "$include":
			return name
		}
	}
	return ""
}
