package ui

import (
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

// restedMsg reports that the cursor has stayed on a row for a while.
type restedMsg struct{ gen int }

// previewMsg is an entity's details.
type previewMsg struct {
	gen     int
	preview importer.Preview
	err     error
}

// planMsg is the plan that the review was waiting for.
type planMsg struct {
	gen    int
	review *session.Review
	err    error
}
