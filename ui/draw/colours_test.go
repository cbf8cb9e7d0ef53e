package draw

import (
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// TestSixteenColours: only colours of the terminal's palette, and none that is invisible on a dark or light
// background.
func TestSixteenColours(t *testing.T) {
	codes := regexp.MustCompile("\x1b\\[([0-9;]*)m")
	for term, coloured := range map[string]bool{
		"xterm": true, "xterm-256color": true, "xterm-ghostty": true, "tmux-256color": true, "tmux": true, "screen": true,
		"screen.xterm-256color": true, "screen-256color": true, "linux": true, "rxvt-unicode-256color": true, "alacritty": true,
		"vt100": false, "vt220": false, "xterm-mono": false, "": false, "dumb": false,
	} {
		t.Setenv("TERM", term)
		t.Setenv("COLORTERM", "truecolor")
		t.Setenv("NO_COLOR", "")
		t.Setenv("CI", "")
		r := lipgloss.NewRenderer(io.Discard, termenv.WithEnvironment(environment{}), termenv.WithTTY(true))
		styles := reflect.ValueOf(NewStyles(r))
		seen := 0
		each(styles, func(name string, on string) {
			for _, m := range codes.FindAllStringSubmatch(on, -1) {
				for _, part := range strings.Split(m[1], ";") {
					n, err := strconv.Atoi(part)
					if err != nil || n > 9 && (n < 31 || n > 36) {
						t.Errorf("%s: the style %s writes %q", term, name, on)
					}
					if n >= 31 {
						seen++
					}
				}
			}
		})
		if (seen > 0) != coloured {
			t.Errorf("%s: %d colours", term, seen)
		}
	}
}

// each calls f with the sequence that begins each style.
func each(v reflect.Value, f func(name, on string)) {
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case field.Kind() == reflect.Map:
			for _, key := range field.MapKeys() {
				f(name+" "+key.String(), field.MapIndex(key).FieldByName("on").String())
			}
		case field.Kind() == reflect.Struct:
			f(name, field.FieldByName("on").String())
		}
	}
}
