package cli

import (
	"os"
	"runtime"
	"strings"
)

// asciiOnly says whether nothing outside ASCII may be written: the flag decides, or else the
// locale.
func (a *app) asciiOnly() bool {
	if a.configured != nil && a.configured.PersistentFlags().Changed("ascii") {
		return a.ascii
	}
	return asciiLocale(runtime.GOOS, os.Getenv)
}

// asciiLocale says whether the locale has a charset that is not UTF-8. Of its variables the
// first one that is set decides, as in the C library, and a locale that names no charset has
// an old one. Where none is set that is the locale C, except on systems whose terminals are
// UTF-8 whatever the environment says.
func asciiLocale(system string, env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := env(name); value != "" {
			return !utf8Locale(value)
		}
	}
	return system != "darwin" && system != "windows"
}

// utf8Locale reads a locale such as de_DE.UTF-8@euro; macOS also writes the charset alone.
func utf8Locale(value string) bool {
	value, _, _ = strings.Cut(value, "@")
	if _, charset, ok := strings.Cut(value, "."); ok {
		value = charset
	}
	return strings.ReplaceAll(strings.ToLower(value), "-", "") == "utf8"
}

// plainly writes the program's own characters in ASCII where nothing else may be written. What
// people have named stays as it is.
func (a *app) plainly(text string) string {
	if !a.asciiOnly() {
		return text
	}
	return strings.NewReplacer("…", "...", "→", "->").Replace(text)
}
