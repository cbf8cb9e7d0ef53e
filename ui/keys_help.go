package ui

import (
	"slices"

	"conviso-importer/ui/session"
)

// KeyScreen documents a screen and its keys.
type KeyScreen struct {
	Name, About string // Name is one or two words
	Groups      []KeyGroup
}

// KeyGroup is a group of keys, such as those that move.
type KeyGroup struct {
	Name string
	Keys []KeyHelp
}

// KeyHelp documents a key.
type KeyHelp struct {
	Shown, Help string
}

// StatusWord documents a status.
type StatusWord struct {
	Word, Meaning string
}

// Keys returns the keys of every screen; the last entry has those that all screens share.
func Keys() []KeyScreen {
	// Making the bindings reads nothing of the model.
	a := blank()
	bindings, screens := a.bindings(), a.all()
	common := bindings[screens[0]]
	for _, s := range screens[1:] {
		common = slices.DeleteFunc(slices.Clone(common), func(b binding) bool { return !has(bindings[s], b) })
	}
	all := make([]KeyScreen, 0, len(screens)+1)
	for _, s := range screens {
		own := slices.DeleteFunc(slices.Clone(bindings[s]), func(b binding) bool { return has(common, b) })
		all = append(all, KeyScreen{Name: s.name(), About: s.about(), Groups: grouped(own)})
	}
	return append(all, KeyScreen{Name: "Everywhere", About: "The same on every screen.", Groups: grouped(common)})
}

// StatusWords returns the words of the status column.
func StatusWords() []StatusWord {
	facts := session.StatusHelp()
	words := make([]StatusWord, len(facts))
	for i, f := range facts {
		words[i] = StatusWord{Word: f.Name, Meaning: f.Value}
	}
	return words
}

func has(bindings []binding, b binding) bool {
	return slices.ContainsFunc(bindings, func(other binding) bool {
		return other.group == b.group && other.Help() == b.Help()
	})
}

func grouped(bindings []binding) []KeyGroup {
	var groups []KeyGroup
	for _, name := range session.HelpGroups() {
		group := KeyGroup{Name: name}
		for _, b := range ofGroup(bindings, name) {
			group.Keys = append(group.Keys, KeyHelp{Shown: b.Help().Key, Help: b.Help().Desc})
		}
		if len(group.Keys) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}
