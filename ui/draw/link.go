package draw

import "conviso-importer/internal/safetext"

// A link's target is a sequence before its text (OSC 8); the same without a target ends it.
// The id makes one link of the lines that a long address is wrapped to.
const (
	linkStart = "\x1b]8;id=conviso-importer;"
	linkEnd   = "\x1b]8;;\x1b\\"
)

// Link is text that leads to an address, where that is clean. The text must not be wrapped any
// more: a link that a line leaves open would go on in the next.
func Link(address, text string) string {
	if text == "" || !safetext.WebURL(address) {
		return text
	}
	return linkStart + address + "\x1b\\" + text + linkEnd
}
