//go:build !crashtest

package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// withFaults returns the program as it is. The tests' own build has keys that break it.
func withFaults(_ context.Context, _ Options, program tea.Model) tea.Model { return program }
