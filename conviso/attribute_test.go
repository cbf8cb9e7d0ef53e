package conviso

import (
	"reflect"
	"testing"
)

// TestAttribute protects projects from being blamed for another one's failure.
func TestAttribute(t *testing.T) {
	var projects []Project
	for _, name := range []string{"pay", "pay-v2", "ledger", "pay.v3", "a", "default"} {
		projects = append(projects, Project{ID: "Component:default/" + name, Name: name})
	}
	for name, c := range map[string]struct {
		said []string
		want map[int]string
	}{
		"by name":         {[]string{"ledger: refused"}, map[int]string{2: "ledger: refused"}},
		"the longer one":  {[]string{"pay-v2: refused"}, map[int]string{1: "pay-v2: refused"}},
		"by id":           {[]string{"Component:default/pay is bad"}, map[int]string{0: "Component:default/pay is bad"}},
		"two":             {[]string{"pay and ledger are bad"}, map[int]string{}},
		"two, one longer": {[]string{"pay-v2 and pay: refused"}, map[int]string{}},
		"a part of one":   {[]string{"pay.v3: refused"}, map[int]string{3: "pay.v3: refused"}},
		"a short one":     {[]string{"Name a is taken"}, map[int]string{4: "Name a is taken"}},
		"twice":           {[]string{"pay: pay is bad"}, map[int]string{0: "pay: pay is bad"}},
		"part of a word":  {[]string{"payment failed"}, map[int]string{}},
		"nobody":          {[]string{"something broke"}, map[int]string{}},
		"nothing":         {nil, map[int]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Attribute(projects, c.said); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
