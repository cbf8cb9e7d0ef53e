package catalog

import (
	"slices"
	"testing"
	"time"
)

// reread returns a list as it comes back from the cache.
func reread(t *testing.T, r *rows) *Snapshot {
	t.Helper()
	b := NewBuilder(time.Time{})
	for _, p := range r.pages() {
		data, err := appendPage(nil, p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodePage(data)
		if err != nil || !b.append(back) {
			t.Fatalf("a page does not come back: %v", err)
		}
	}
	return b.Snapshot(0, true)
}

// unscoped are rows as caches of earlier versions have them: one number for a text in all namespaces.
func unscoped(entities []Entity) *rows {
	var r rows
	var dicts [dictionaries]dictionary
	for i := range entities {
		var numbers [dictionaries]uint32
		for column, value := range entities[i].shared() {
			numbers[column] = dicts[column].id(value, "")
			r.values[column] = dicts[column].values
		}
		r.add(&entities[i], numbers)
	}
	return &r
}

// TestRefsNotTexts checks that owner: and system: compare what a text refers to, from the namespace of
// its entity, also after the list has been in the cache.
func TestRefsNotTexts(t *testing.T) {
	rows := []struct{ namespace, owner string }{
		0: {"default", "group:default/team-x"}, 1: {"default", "team-x"}, 2: {"default", "Group:team-x"}, 3: {"default", "default/team-x"},
		4: {"default", "user:team-x"}, 5: {"default", "group:other/team-x"},
		6: {"other", "team-x"}, 7: {"other", "default/Team-X"}, 8: {"other", "GROUP:Default/TEAM-X"}, 9: {"Other", "group:team-x"},
		10: {"default", "team-xy"}, 11: {"default", ""}, 12: {"default", "user:default/jane"}, 13: {"other", "user:jane"}, 14: {"default", "jane"},
		15: {"default", "Platform Guild"}, 16: {"default", "group:"}, 17: {"other", "default/a:b/c"}, 18: {"", "team-x"},
	}
	var entities []Entity
	for i, row := range rows {
		entities = append(entities, refRow(i, row.namespace, row.owner).Safe())
	}
	fresh := NewSnapshot(entities, time.Time{}, len(entities), true)
	lists := []*Snapshot{fresh, reread(t, &fresh.rows), reread(t, unscoped(entities))}
	for value, want := range map[string][]int{
		"group:default/team-x": {0, 1, 2, 3, 7, 8, 18},
		"Group:Default/Team-X": {0, 1, 2, 3, 7, 8, 18},
		"default/team-x":       {0, 1, 2, 3, 7, 8, 18},
		"other/team-x":         {5, 6, 9},
		"group:other/team-x":   {5, 6, 9},
		"team-x":               {0, 1, 2, 3, 5, 6, 7, 8, 9, 18},
		"group:team-x":         {0, 1, 2, 3, 5, 6, 7, 8, 9, 18},
		"user:team-x":          {4},
		"jane":                 {14},
		"user:jane":            {12, 13},
		"user:default/jane":    {12},
		"user:*":               {4, 12, 13},
		"team-x*":              {0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 18},
		"other/*":              {5, 6, 9},
		"*/team-x":             {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 18},
		`"platform guild"`:     {15},
		"group:":               {16},
		"a:b/c":                {17},
		"-":                    {11},
		"team":                 nil,
		"group:nobody/team-x":  nil,
	} {
		for _, s := range lists {
			if got := s.Search(ParseQuery("owner:" + value)); !slices.Equal(got, want) {
				t.Errorf("owner:%s finds %v, want %v", value, got, want)
			}
			if got := len(s.Search(ParseQuery("!owner:" + value))); got != len(rows)-len(want) {
				t.Errorf("!owner:%s finds %d rows, want the other %d", value, got, len(rows)-len(want))
			}
			equalsNaive(t, s, "system:"+value)
			equalsNaive(t, s, "owner:"+value)
		}
	}
}
