package printout

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"conviso-importer/internal/safetext"
)

func (i *Item) columns() []string {
	return []string{i.Ref, i.Kind, i.Namespace, i.Name, i.Title, i.Description, i.Owner, i.Type, i.Lifecycle,
		strings.Join(i.Tags, " "), i.Status, i.AssetID, i.Error}
}

// WriteCSV writes items as CSV with a header.
func WriteCSV(out io.Writer, items []Item) error {
	w := NewCSV(out)
	w.Row("ref", "kind", "namespace", "name", "title", "description", "owner", "type", "lifecycle", "tags", "status", "assetId", "error")
	for i := range items {
		w.Row(items[i].columns()...)
	}
	return w.Flush()
}

// WriteJSON writes items as one JSON array that is safe on a terminal. It encodes item by item,
// since the whole text would take more memory than the catalog.
func WriteJSON(out io.Writer, items []Item) error {
	w := bufio.NewWriter(out)
	for i := range items {
		doc, err := json.MarshalIndent(&items[i], "  ", "  ")
		if err != nil {
			return err
		}
		separator := ",\n  "
		if i == 0 {
			separator = "[\n  "
		}
		// Flush returns a failed write.
		_, _ = w.WriteString(separator)
		_, _ = w.Write(safetext.EscapeJSON(doc))
	}
	end := "\n]\n"
	if len(items) == 0 {
		end = "[]\n"
	}
	_, _ = w.WriteString(end)
	return w.Flush()
}
