package config

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

func (l *loader) mapping() {
	m := &l.config.Conviso.Mapping
	m.Lifecycle = l.table("conviso.mapping.lifecycle", oneOf(
		"production", "homologation", "certification", "discontinued", "none"))
	m.Type = l.table("conviso.mapping.type", oneOf(
		"none", "client_server", "api", "progressive_web_app", "web", "native_mobile",
		"hybrid_mobile", "database", "dmz", "legacy", "cluster", "node"))
}

// table merges the mappings at key; later words win, a null removes a word or the whole table.
func (l *loader) table(key string, allowed func(string) (string, error)) map[string]string {
	rows := map[string]found{}
	for _, f := range l.files {
		node, err := f.at(key)
		if err != nil {
			l.problem(err.Error())
			continue
		}
		if node == nil {
			continue
		}
		l.addRows(rows, f, node, key)
	}
	table := make(map[string]string, len(rows))
	for _, word := range slices.Sorted(maps.Keys(rows)) {
		row := rows[word]
		table[word] = parse(l, row, "", allowed)
		l.show(key+"."+word, table[word], row)
	}
	return table
}

func (l *loader) addRows(rows map[string]found, f *file, node *yaml.Node, key string) {
	if isNull(node) {
		clear(rows)
		return
	}
	if node.Kind != yaml.MappingNode || directive(node) != "" {
		l.problem(f.called(key) + " must be a mapping from the catalog's words to the platform's")
		return
	}
	for pair := range slices.Chunk(node.Content, 2) {
		if pair[0].Kind != yaml.ScalarNode {
			l.problem(f.called(key) + " must have one word before each colon")
			continue
		}
		word := strings.ToLower(strings.TrimSpace(pair[0].Value))
		row, ok := l.read(f, pair[1], key+"."+word)
		switch {
		case row.text != "":
			rows[word] = row
		case ok:
			delete(rows, word)
		}
	}
}
