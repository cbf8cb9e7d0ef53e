package ui

import (
	"slices"

	"conviso-importer/ui/session"
)

// KeyScreen is a screen with what its keys do.
type KeyScreen struct {
	// Name is a word or two, About what is on the screen.
	Name, About string
	Groups      []KeyGroup
}

// KeyGroup is what the keys of one kind do, such as those that move.
type KeyGroup struct {
	Name string
	Keys []KeyHelp
}

// KeyHelp is a key as it is shown and what it does.
type KeyHelp struct {
	Shown, Help string
}

// StatusWord is a status and what it means.
type StatusWord struct {
	Word, Meaning string
}

// Keys are the keys of every screen, made from the bindings that the table itself works by.
// What is the same on all screens stands in the last entry alone. Each call makes a new
// slice; nothing is started.
func Keys() []KeyScreen {
	// Bindings are made of what the model will be when they are used; making them reads
	// nothing of it.
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

// StatusWords are the words of the status column, from the help.
func StatusWords() []StatusWord {
	facts := session.StatusHelp()
	words := make([]StatusWord, len(facts))
	for i, f := range facts {
		words[i] = StatusWord{Word: f.Name, Meaning: f.Value}
	}
	return words
}

// has reports whether one of the bindings is said to do the same on the same key.
func has(bindings []binding, b binding) bool {
	return slices.ContainsFunc(bindings, func(other binding) bool {
		return other.group == b.group && other.Help() == b.Help()
	})
}

// grouped puts bindings into the groups of the help.
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
