package intro

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
)

// manyCompanies are more than a window shows.
func manyCompanies() []conviso.Company {
	companies := []conviso.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "2001", Label: "アクメ保険"}}
	for i := range 60 {
		companies = append(companies, conviso.Company{ID: fmt.Sprint(3000 + i), Label: fmt.Sprintf("Branch %02d", i)})
	}
	return companies
}

func pickerScreens(t *testing.T) map[string]func(w, h int) tea.Model {
	t.Helper()
	long := func(keys ...string) func(w, h int) tea.Model {
		return func(w, h int) tea.Model {
			p := NewPicker(manyCompanies(), options(w, h))
			play(t, p, keys...)
			return p
		}
	}
	return map[string]func(w, h int) tea.Model{
		"company-many":   long("G"),
		"company-filter": long("/", "b", "r", " ", "4", "down"),
		"company-none":   long("/", "z"),
	}
}

// TestPickerFilter: the filter narrows the list, enter takes the cursor's company, esc does not quit.
func TestPickerFilter(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		want string
	}{
		"by id":                   {[]string{"/", "3", "0", "1", "7", "enter"}, "3017"},
		"by words in any order":   {[]string{"/", "1", "7", " ", "B", "r", "enter"}, "3017"},
		"the second of some":      {[]string{"/", "7", "down", "enter"}, "3017"},
		"q is a letter there":     {[]string{"/", "q", "backspace", "a", "c", "m", "e", "enter"}, "1042"},
		"esc drops it":            {[]string{"/", "1", "7", "esc", "g", "enter"}, "1042"},
		"the cursor stays on its": {[]string{"/", "1", "7", "esc", "esc", "enter"}, "3017"},
		"nothing matches":         {[]string{"/", "z", "enter", "esc", "j", "enter"}, "2001"},
		"a page":                  {[]string{"pgdown", "pgup", "G", "enter"}, "3059"},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPicker(manyCompanies(), options(80, 24))
			for i, key := range c.keys {
				if quit := play(t, p, key); quit != (i == len(c.keys)-1) {
					t.Fatalf("%q: quit is %t", key, quit)
				}
				checkFrame(t, p.View(), 80, 24)
			}
			if !p.chosen || p.matching[p.cursor].ID != c.want {
				t.Errorf("chosen %t, %v", p.chosen, p.matching[p.cursor])
			}
		})
	}
}

// TestPickerShowsItsCursor: the row that enter takes is visible.
func TestPickerShowsItsCursor(t *testing.T) {
	for _, size := range [][2]int{{36, 8}, {40, 10}, {80, 15}, {80, 24}, {300, 100}} {
		p := NewPicker(manyCompanies(), options(size[0], size[1]))
		for range len(p.companies) {
			view := p.View()
			checkFrame(t, view, size[0], size[1])
			if !strings.Contains(view, "> "+p.matching[p.cursor].ID) || !strings.Contains(view, "62 companies") {
				t.Fatalf("%v: %s is not on screen:\n%s", size, p.matching[p.cursor].ID, view)
			}
			play(t, p, "j")
		}
	}
}
