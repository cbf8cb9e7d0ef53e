package cli

import (
	"os"
	"runtime"
	"strings"

	"conviso-importer/internal/host"
)

// asciiOnly reports whether nothing outside ASCII may be written: the flag decides, or else the
// locale.
func (a *app) asciiOnly() bool {
	if a.configured != nil && a.configured.PersistentFlags().Changed("ascii") {
		return a.ascii
	}
	return host.ASCIILocale(runtime.GOOS, os.Getenv)
}

// plainly writes the program's own characters in ASCII where nothing else may be written. What
// people have named stays as it is.
func (a *app) plainly(text string) string {
	if !a.asciiOnly() {
		return text
	}
	return strings.NewReplacer("…", "...", "→", "->").Replace(text)
}
