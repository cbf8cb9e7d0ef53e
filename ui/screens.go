package ui

// name is what help and manual call the screen.
func (s screen) name() string {
	switch s {
	case screenBrowse:
		return "Table"
	case screenDetail:
		return "Details"
	case screenReview:
		return "Review"
	case screenImporting:
		return "Import"
	case screenReader:
		return "Texts"
	default:
		return s.String()
	}
}

// about says what is on the screen.
func (s screen) about() string {
	switch s {
	case screenBrowse:
		return "The entities of the catalog and their status."
	case screenDetail:
		return "All about one entity, and what an import would send."
	case screenReview:
		return "What is about to be sent, before it is."
	case screenImporting:
		return "The import under way, or the last one."
	case screenReader:
		return "Help, the log, the connection, and the entities of a line of the review."
	default:
		return ""
	}
}
