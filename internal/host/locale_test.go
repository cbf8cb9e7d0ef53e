package host

import "testing"

func TestLocale(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		system, all, ctype, lang string
		ascii                    bool
	}{
		{"linux", "", "", "", true},
		{"linux", "", "", "C", true},
		{"linux", "", "", "POSIX", true},
		{"linux", "", "", "C.UTF-8", false},
		{"linux", "", "", "C.utf8", false},
		{"linux", "", "", "de_DE.UTF-8@euro", false},
		{"linux", "", "", "en_US.UTF8", false},
		{"linux", "", "", "en_US", true},
		{"linux", "", "", "de_DE@euro", true},
		{"linux", "", "", "ja_JP.eucJP", true},
		{"linux", "C", "", "en_US.UTF-8", true},
		{"linux", "C.UTF-8", "C", "C", false},
		{"linux", "", "UTF-8", "C", false},
		{"linux", "", "C", "en_US.UTF-8", true},
		{"darwin", "", "", "", false},
		{"darwin", "", "UTF-8", "", false},
		{"darwin", "C", "", "", true},
		{"windows", "", "", "", false},
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_CTYPE": c.ctype, "LANG": c.lang}
		if got := ASCIILocale(c.system, func(name string) string { return env[name] }); got != c.ascii {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
