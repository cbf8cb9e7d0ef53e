package host

import "strings"

// ASCIILocale reports whether the locale in env has a charset other than UTF-8. As in the C
// library, the first variable that is set decides and a missing charset is not UTF-8. With none set
// it is the locale C, except where terminals are always UTF-8; system is runtime.GOOS.
func ASCIILocale(system string, env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := env(name); value != "" {
			return !utf8Locale(value)
		}
	}
	return system != "darwin" && system != "windows"
}

// utf8Locale parses a locale such as de_DE.UTF-8@euro; macOS also uses the charset alone.
func utf8Locale(value string) bool {
	value, _, _ = strings.Cut(value, "@")
	if _, charset, ok := strings.Cut(value, "."); ok {
		value = charset
	}
	return strings.ReplaceAll(strings.ToLower(value), "-", "") == "utf8"
}
