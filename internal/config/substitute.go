package config

import (
	"errors"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safetext"
)

const maxValueFile = 64 << 10

// placeholder matches ${NAME}, ${NAME:-default} and, escaped, $${NAME}.
var placeholder = regexp.MustCompile(`\$?\$\{[^{}]*\}`)

// value is a scalar after substitution.
type value struct {
	text    string
	set     bool // false for an unset variable, like a missing key; null and "" are set and override
	literal bool // whether the whole text is in the configuration file itself
}

// expand is Backstage's: an unset variable without a default makes the whole value unset.
func expand(text string, lookup func(string) (string, bool)) value {
	out := value{set: true, literal: true}
	out.text = placeholder.ReplaceAllStringFunc(text, func(part string) string {
		if strings.HasPrefix(part, "$$") {
			return part[1:]
		}
		name, fallback, hasFallback := strings.Cut(part[2:len(part)-1], ":-")
		got, ok := lookup(strings.TrimSpace(name))
		if hasFallback && got == "" {
			got = strings.TrimSpace(fallback)
			out.set = out.set && got != ""
			return got
		}
		out.set = out.set && ok
		out.literal = false
		return got
	})
	if !out.set {
		return value{}
	}
	return out
}

// resolve returns a scalar as written (010 stays 010), or the target of $env or $file.
func (f *file) resolve(node *yaml.Node, key string) (value, error) {
	node = follow(node)
	switch {
	case isNull(node):
		return value{set: true}, nil
	case node.Kind == yaml.ScalarNode:
		return expand(node.Value, lookupVariable), nil
	case node.Kind == yaml.MappingNode && directive(node) != "":
		return f.refer(node, key)
	}
	return value{}, f.wrong(key, "must be one value, not a list or a mapping")
}

// refer resolves {$env: NAME} or {$file: path}.
func (f *file) refer(node *yaml.Node, key string) (value, error) {
	kind := directive(node)
	if kind == "$include" {
		return value{}, f.wrong(key, noInclude)
	}
	target := follow(node.Content[1])
	if len(node.Content) != 2 || target.Kind != yaml.ScalarNode || isNull(target) {
		return value{}, f.wrong(key, "must have "+kind+" alone, with one text behind it")
	}
	name := expand(target.Value, lookupVariable)
	if !name.set || name.text == "" {
		return value{}, f.wrong(key, "has a "+kind+" that names nothing, since a variable in it is not set")
	}
	if kind == "$env" {
		text, ok := lookupVariable(name.text)
		return value{text: text, set: ok}, nil
	}
	path := name.text
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.dir, path)
	}
	data, _, err := readObeyed(path, maxValueFile, f.credentials)
	var reach *ownfile.ReachError
	switch {
	case errors.As(err, &reach):
		return value{}, f.wrong(key, "names a file with $file that is not read, since "+safetext.Line(reach.Error()))
	case err != nil:
		return value{}, f.wrong(key, "names a file with $file that cannot be read: "+cause(err)+"; correct the path, which is relative to the configuration file")
	}
	return value{text: plainText(data), set: true}, nil
}
