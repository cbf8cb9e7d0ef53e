package session

import (
	"fmt"
	"time"

	"conviso-importer/internal/text"
)

// NoFiles is why nothing can be exported where there is no way to.
const NoFiles = "files cannot be written from here."

// Exported say how much was written to where; partial says that the catalog had not been
// read whole.
func Exported(rows int, path string, partial bool) string {
	text := fmt.Sprintf("%s written to %s, readable by you alone.", text.Count(rows, "row", "rows"), path)
	if partial {
		text += " The catalog had not been read whole."
	}
	return text
}

// ExportName is what a file is called unless the user says otherwise.
func ExportName(now time.Time) string {
	return "conviso-importer-" + now.Format("20060102-1504") + ".csv"
}
