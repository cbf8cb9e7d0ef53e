//go:build !crashtest

package program

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// withFaults adds keys that crash the program in builds with the tag crashtest.
func withFaults(_ context.Context, _ Options, program tea.Model) tea.Model { return program }
