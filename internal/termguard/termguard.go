// Package termguard keeps every command from asking the terminal a question before main
// runs. Import it for its effect alone, from main.
//
// Bubble Tea v1 asks for the background colour while it is initialised. A terminal that
// does not answer then costs five seconds, --help and version included, and the bytes of
// the question end up in recorded and piped output. Go initialises the packages whose
// imports are ready in the order of their import paths, and conviso-importer/… comes before
// github.com/…: this package imports Lip Gloss alone, so it answers the question as soon as
// Lip Gloss is ready and before Bubble Tea puts it. One more import could move it behind.
//
// The answer is a dark background whatever the terminal shows. The program must therefore
// choose its colours from the sixteen of the terminal's own palette, and no adaptive ones.
package termguard

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
