// Package text writes times, durations, counts and sentences in the words that the table, line
// mode and the commands share. It must not know a terminal: how wide a text is, how it is styled
// and where it is shown are not its business, and neither is what the program does.
package text

import (
	"fmt"
	"strings"

	"conviso-importer/internal/safetext"
)

// Count returns a number with its noun: "1 entity", "12 entities".
func Count(n int, one, many string) string {
	return fmt.Sprintf("%d %s", n, Plural(n, one, many))
}

// Plural returns the form of a word that goes with n.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Entities is Count for entities.
func Entities(n int) string { return Count(n, "entity", "entities") }

// Join joins the parts that are not empty.
func Join(separator string, parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

// Sentence makes a message safe to show and capitalises it. A first word that is not of small
// letters alone, such as an address or an entity's name, stays as it is.
func Sentence(message string) string {
	message = safetext.Line(message)
	first, _, _ := strings.Cut(message, " ")
	if first == "" || strings.Trim(first, "abcdefghijklmnopqrstuvwxyz") != "" {
		return message
	}
	return strings.ToUpper(first[:1]) + message[1:]
}

// Reason returns the safe reason for an entity's status without the entity's name in front.
func Reason(name, reason string) string {
	return strings.TrimPrefix(safetext.Line(reason), safetext.Line(name)+": ")
}

// Hash is FNV-1a with 64 bits, to keep in files. The standard library's allocates for every text.
func Hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}
