package lines

import (
	"testing"

	"conviso-importer/internal/printout"
	"conviso-importer/internal/text"
)

// TestTypos checks that a filter with a mistake names what was meant, and that nothing acts on all that match.
func TestTypos(t *testing.T) {
	for filter, want := range map[string]string{
		"!typ:job":   `unknown field typ; did you mean type? Text with a colon is quoted: "typ:job"`,
		"onwer:x":    `unknown field onwer; did you mean owner?`,
		"status:nwe": `unknown value nwe in status:nwe; did you mean new?`,
		"is:foo":     `unknown value foo in is:foo; it takes selected`,
		"owner:":     `owner: has no value; owner:- finds entities that have none`,
	} {
		export := func(o *Options) {
			o.Export = func(string, []printout.Item) (string, error) { t.Error("it is exported"); return "", nil }
		}
		within(t, bank(), export, func(s *script) {
			s.write("/"+filter, "! "+text.Sentence(want))
			for _, command := range []string{"a", "m", "export x.csv"} {
				s.write(command, "Off until the filter is mended: "+want)
			}
			s.write("/", "rows 1 to 6 of 6")
			s.write("1", "1 marked in all")
		})
	}
	within(t, bank(), nil, func(s *script) {
		s.write("/owner:team-pya", `0 of 6 match; "owner:team-pya" finds nothing, the nearest owner is team-pay.`)
		s.write("/owner:team-pay", "of 4")
		s.write("a", "marked")
	})
}
