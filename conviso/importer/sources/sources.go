// Package sources keeps what is known of a company's assets that Backstage's list does not have: those of other
// sources, by name and id, and what the platform said of ids that annotations name. It says what they make of an
// entity. It must not know when they are read, or how other evidence of a status is judged.
package sources

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/text"
)

// Asset is an asset of another source than Backstage.
type Asset struct {
	ID     string `json:"id"`
	Source string `json:"source"` // the platform's word for it, safe to show; empty if it says none
}

// Answer is what the platform said of an id that it was asked for.
type Answer struct {
	There bool      `json:"there"`
	At    time.Time `json:"at"`
}

// keepAnswers is the age up to which answers are kept: what is still of use is asked for again before.
const keepAnswers = 7 * 24 * time.Hour

// Set is what is known at one time. It is immutable; nil knows nothing. A hundred thousand assets take four MB.
type Set struct {
	at      time.Time
	sources []string
	assets  []asset // sorted by the hash of the name
	byID    []int32 // the assets' places, sorted by id
	answers map[string]Answer
}

// asset keeps a hash in place of the name, which whoever asks for it knows.
type asset struct {
	name   uint64
	id     string
	source uint32
}

// At returns when the assets were read; zero for never.
func (s *Set) At() time.Time {
	if s == nil {
		return time.Time{}
	}
	return s.at
}

// Len returns the number of assets.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.assets)
}

// Read returns s with these assets in place of its own, as they were at that time.
func (s *Set) Read(assets []conviso.OtherAsset, at time.Time) *Set {
	next := &Set{at: at, assets: make([]asset, len(assets))}
	if s != nil {
		next.answers = s.answers
	}
	numbers := map[string]uint32{}
	for i := range assets {
		number, ok := numbers[assets[i].Source]
		if !ok {
			number = uint32(len(next.sources))
			numbers[assets[i].Source] = number
			next.sources = append(next.sources, assets[i].Source)
		}
		next.assets[i] = asset{name: text.Hash(conviso.NameKey(assets[i].Name)), id: assets[i].ID, source: number}
	}
	slices.SortFunc(next.assets, compareAssets)
	next.index()
	return next
}

func compareAssets(a, b asset) int {
	return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id))
}

func (s *Set) index() {
	s.byID = make([]int32, len(s.assets))
	for i := range s.byID {
		s.byID[i] = int32(i)
	}
	slices.SortFunc(s.byID, func(a, b int32) int { return cmp.Compare(s.assets[a].id, s.assets[b].id) })
}

// Answered returns s with more answers, without those that are too old to be of use.
func (s *Set) Answered(answers map[string]Answer, now time.Time) *Set {
	next := &Set{answers: map[string]Answer{}}
	if s != nil {
		kept := s.answers
		*next = *s
		next.answers = maps.Clone(kept)
		maps.DeleteFunc(next.answers, func(_ string, a Answer) bool { return now.Sub(a.At) > keepAnswers })
		if next.answers == nil {
			next.answers = map[string]Answer{}
		}
	}
	maps.Copy(next.answers, answers)
	return next
}

// Named returns the assets whose name has this conviso.NameKey.
func (s *Set) Named(key string) []Asset {
	if s.Len() == 0 {
		return nil
	}
	name := text.Hash(key)
	var named []Asset
	for i := sort.Search(len(s.assets), func(i int) bool { return s.assets[i].name >= name }); i < len(s.assets) && s.assets[i].name == name; i++ {
		named = append(named, s.asset(i))
	}
	return named
}

func (s *Set) asset(i int) Asset {
	return Asset{ID: s.assets[i].id, Source: s.sources[s.assets[i].source]}
}

// Find returns what is known of an id: whether there is such an asset, its source if the read had it, and when that
// was so. ok is false if nothing is known.
func (s *Set) Find(id string) (found Asset, a Answer, ok bool) {
	if s == nil {
		return Asset{}, Answer{}, false
	}
	a, ok = s.answers[id]
	i := sort.Search(len(s.byID), func(i int) bool { return s.assets[s.byID[i]].id >= id })
	if i < len(s.byID) && s.assets[s.byID[i]].id == id {
		found = s.asset(int(s.byID[i]))
		if !ok || !a.At.After(s.at) {
			a, ok = Answer{There: true, At: s.at}, true
		}
	}
	return found, a, ok
}
