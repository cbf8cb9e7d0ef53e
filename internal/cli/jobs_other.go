//go:build !unix

package cli

import (
	"context"
	"errors"

	"conviso-importer/ui"
)

// jobs is the shell's job control, which this system does not have.
type jobs struct{ asked chan ui.Job }

func newJobs(context.Context) *jobs { return &jobs{} }

func (j *jobs) listen(bool) {}

func (j *jobs) stop() error { return errors.New("this system has no job control") }
