package host

import "strings"

// ASCIILocale reports whether the locale in env has a charset that is not UTF-8. Of its
// variables the first one that is set decides, as in the C library, and a locale that names no
// charset has an old one. Where none is set that is the locale C, except on systems whose
// terminals are UTF-8 whatever the environment says; system is runtime.GOOS.
func ASCIILocale(system string, env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := env(name); value != "" {
			return !utf8Locale(value)
		}
	}
	return system != "darwin" && system != "windows"
}

// utf8Locale reports whether a locale such as de_DE.UTF-8@euro has the charset UTF-8; macOS also
// writes the charset alone.
func utf8Locale(value string) bool {
	value, _, _ = strings.Cut(value, "@")
	if _, charset, ok := strings.Cut(value, "."); ok {
		value = charset
	}
	return strings.ReplaceAll(strings.ToLower(value), "-", "") == "utf8"
}
