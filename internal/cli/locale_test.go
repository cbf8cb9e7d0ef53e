package cli

import "testing"

// TestASCIIFlag checks that the flag overrides the locale.
func TestASCIIFlag(t *testing.T) {
	for _, c := range []struct {
		lang  string
		args  []string
		ascii bool
	}{
		{"C", nil, true},
		{"C.UTF-8", nil, false},
		{"C.UTF-8", []string{"--ascii"}, true},
		{"C", []string{"--ascii=false"}, false},
	} {
		t.Setenv("LC_ALL", c.lang)
		a := &app{}
		if err := a.root().ParseFlags(c.args); err != nil {
			t.Fatal(err)
		}
		if a.asciiOnly() != c.ascii {
			t.Errorf("%s %v: %v", c.lang, c.args, !c.ascii)
		}
	}
	t.Setenv("LC_ALL", "C")
	if got := (&app{}).toASCII("wait… → 決済"); got != "wait... -> 決済" {
		t.Errorf("%q", got)
	}
}
