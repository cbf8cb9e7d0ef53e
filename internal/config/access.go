package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// What Backstage asks of a token that reads the catalog's list.
const (
	catalogPlugin  = "catalog"
	readPermission = "catalog.entity.read"
	readAction     = "read"
)

const staticExample = "{type: static, options: {token: a text of 8 characters or more without blanks, subject: conviso-importer}, " +
	"accessRestrictions: [{plugin: catalog}]}"

// access is what a list of externalAccess holds besides a token that can be used.
type access struct {
	others     []string // known types that hold no token to send
	restricted bool     // whether a static token may not read the catalog
	unset      bool     // whether a static entry has no token
}

// staticToken is the first of backend.auth.externalAccess that may read the catalog, in the last
// file that has the list.
func (l *loader) staticToken() found {
	const key = "backend.auth.externalAccess"
	for _, f := range slices.Backward(l.files) {
		node, err := f.at(key)
		if err != nil {
			l.problem(err.Error())
			return found{}
		}
		if node == nil {
			continue
		}
		var passed access
		got, err := l.firstStatic(f, node, key, &passed)
		if err != nil {
			l.problem(err.Error())
		}
		if err == nil && got.text == "" {
			l.config.Backstage.NoToken = passed.why(f.called(key))
		}
		return got
	}
	return found{}
}

// firstStatic passes over entries of other types, tokens with an unset variable and those that may
// not read the catalog.
func (l *loader) firstStatic(f *file, list *yaml.Node, key string, passed *access) (found, error) {
	if isNull(list) {
		return found{}, nil
	}
	if list.Kind != yaml.SequenceNode {
		return found{}, f.wrong(key, "must be a list")
	}
	for i, entry := range list.Content {
		path := fmt.Sprintf("%s[%d]", key, i)
		got, err := l.staticEntry(f, entry, path, passed)
		if err != nil || got.text != "" {
			return got, err
		}
	}
	return found{}, nil
}

// staticEntry returns the token of an entry that can be used.
func (l *loader) staticEntry(f *file, entry *yaml.Node, path string, passed *access) (found, error) {
	kind, err := f.child(entry, path, "type")
	if err != nil || kind == nil {
		return found{}, err
	}
	switch got, _ := l.read(f, kind, path+".type"); got.text {
	case "static":
	case "legacy", "jwks":
		if !slices.Contains(passed.others, got.text) {
			passed.others = append(passed.others, got.text)
		}
		return found{}, nil
	default:
		return found{}, nil
	}
	options, err := f.child(entry, path, "options")
	if err == nil && options != nil {
		options, err = f.child(options, path+".options", "token")
	}
	if err != nil {
		return found{}, err
	}
	may, err := l.mayRead(f, entry, path)
	switch {
	case err != nil:
		return found{}, err
	case !may:
		passed.restricted = true
		return found{}, nil
	case options != nil:
		if got, _ := l.read(f, options, path+".options.token"); got.text != "" {
			return got, nil
		}
	}
	passed.unset = true
	return found{}, nil
}

// mayRead reports whether an entry's accessRestrictions let its token read the catalog. As in
// Backstage, none allow everything, and a plugin without permissions and actions has all of them.
func (l *loader) mayRead(f *file, entry *yaml.Node, path string) (bool, error) {
	path += ".accessRestrictions"
	list, err := f.child(entry, strings.TrimSuffix(path, ".accessRestrictions"), "accessRestrictions")
	switch {
	case err != nil:
		return false, err
	case list == nil, isNull(list), list.Kind == yaml.SequenceNode && len(list.Content) == 0:
		return true, nil
	case list.Kind != yaml.SequenceNode:
		return false, f.wrong(path, "must be a list")
	}
	for i, rule := range list.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		plugin, err := l.wordsAt(f, rule, at, "plugin")
		if err != nil {
			return false, err
		}
		if !slices.Contains(plugin, catalogPlugin) {
			continue
		}
		names, err := l.wordsAt(f, rule, at, "permission")
		if err != nil || len(names) > 0 && !slices.Contains(names, readPermission) {
			return false, err
		}
		attribute, err := f.child(rule, at, "permissionAttribute")
		if err != nil || attribute == nil || isNull(attribute) {
			return err == nil, err
		}
		actions, err := l.wordsAt(f, attribute, at+".permissionAttribute", "action")
		return err == nil && (len(actions) == 0 || slices.Contains(actions, readAction)), err
	}
	return false, nil
}

// wordsAt returns the words of a text, separated by blanks or commas, or of a list of such texts.
func (l *loader) wordsAt(f *file, in *yaml.Node, path, name string) ([]string, error) {
	node, err := f.child(in, path, name)
	if err != nil || node == nil {
		return nil, err
	}
	path += "." + name
	texts := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		texts = node.Content
	}
	var words []string
	for _, text := range texts {
		v, err := f.resolve(text, path)
		if err != nil {
			return nil, err
		}
		words = append(words, strings.FieldsFunc(v.text, func(r rune) bool { return r == ' ' || r == ',' })...)
	}
	return words, nil
}

// why says why the list at key has no token to use and what to write; it is empty for an empty list.
func (a *access) why(key string) string {
	add := "add " + staticExample + ", or set BACKSTAGE_TOKEN"
	switch {
	case a.restricted:
		return "no static token of " + key + " may read the catalog; add {plugin: catalog} to the accessRestrictions of one, or " + add
	case a.unset:
		return "the static token of " + key + " is empty or names a variable that is not set; set that, or BACKSTAGE_TOKEN"
	case len(a.others) > 0:
		return key + " has tokens of type " + strings.Join(a.others, " and ") + " alone, which hold no text to send, and one of type static is needed; " + add
	}
	return ""
}
