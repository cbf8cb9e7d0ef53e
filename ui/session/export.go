package session

import (
	"fmt"
	"time"

	"conviso-importer/internal/text"
)

// NoFiles is the reason why nothing can be exported without an export function.
const NoFiles = "files cannot be written from here."

// Exported reports what was written and where; partial means that the catalog was incomplete.
func Exported(rows int, path string, partial bool) string {
	text := fmt.Sprintf("%s written to %s, readable by you alone.", text.Count(rows, "row", "rows"), path)
	if partial {
		text += " The catalog had not been read whole."
	}
	return text
}

// ExportName returns the default file name.
func ExportName(now time.Time) string {
	return "conviso-importer-" + now.Format("20060102-1504") + ".csv"
}
