package draw

import "conviso-importer/internal/safetext"

// OSC 8 sets a link's target; an empty one ends it. The id joins the lines of a wrapped address.
const (
	linkStart = "\x1b]8;id=conviso-importer;"
	linkEnd   = "\x1b]8;;\x1b\\"
)

// Link links text to a safe address. Do not wrap the result: an open link continues on the next line.
func Link(address, text string) string {
	if text == "" || !safetext.WebURL(address) {
		return text
	}
	return linkStart + address + "\x1b\\" + text + linkEnd
}
