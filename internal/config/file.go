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

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safetext"
)

const maxFile = 1 << 20

const noInclude = "uses $include, which this program does not follow; write the value there, or use ${NAME}, $env or $file"

// file is a parsed configuration file. Only the keys that this program reads are visited: other
// parts may refer to missing files and variables, and aliases could expand without limit.
type file struct {
	name   string // safe to show
	dir    string
	root   *yaml.Node // a mapping, or nil in an empty file
	shared bool       // whether other users may read the file

	credentials string // the folder of systemd's credentials, which need not be the user's
}

func (f *file) wrong(key, what string) error {
	return fmt.Errorf("%s %s", f.called(key), what)
}

// called names the value at key, or the file where key is empty, in messages.
func (f *file) called(key string) string {
	if key == "" {
		return f.name
	}
	return safetext.Line(key) + " in " + f.name
}

// openFiles reads the named files, or else the user's own.
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
	data, info, err := readObeyed(path, maxFile, l.vars.SystemdCredentials)
	var reach *ownfile.ReachError
	switch {
	case optional && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)):
		return
	case errors.As(err, &reach):
		l.problem(name + " is not read, since it says where your key goes and " + safetext.Line(reach.Error()))
		return
	case errors.Is(err, ownfile.ErrTooLarge):
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
	f.credentials, f.shared = l.vars.SystemdCredentials, info.Mode().Perm()&0o044 != 0
	l.files = append(l.files, f)
}

// parseFile reads one YAML document. Its error quotes nothing of the file, which holds secrets.
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

// at returns the node at a dotted key; nil if absent, a null where it or a parent is null.
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

// child returns the value of name in the mapping at path.
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

// follow resolves an alias, which never refers to another one.
func follow(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

// directive returns $env, $file or $include if the mapping is one of these, or "".
func directive(node *yaml.Node) string {
	for pair := range slices.Chunk(node.Content, 2) {
		switch name := pair[0].Value; name {
		case "$env", "$file", "$include":
			return name
		}
	}
	return ""
}
