package workspace

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safetext"
)

const (
	keptFilters    = 100
	maxFilterBytes = 4096
)

// Filters is the filter history's file, one a line, oldest first. Errors only lose history.
type Filters struct {
	path    string
	writing sync.Mutex // writing serialises the table's commands
}

// OpenFilters returns the filters of a state folder; none are kept if it is empty.
func OpenFilters(stateDir string) *Filters {
	if stateDir == "" {
		return &Filters{}
	}
	return &Filters{path: filepath.Join(stateDir, "filters")}
}

// Read returns the filters, oldest first.
func (m *Filters) Read() []string {
	if m.path == "" {
		return nil
	}
	doc, err := ownfile.Read(m.path, 2*keptFilters*maxFilterBytes)
	if err != nil {
		return nil
	}
	return parseFilters(string(doc))
}

// parseFilters drops all but the last of equal filters.
func parseFilters(doc string) []string {
	var filters []string
	seen := map[string]bool{}
	for _, line := range slices.Backward(strings.Split(doc, "\n")) {
		line = strings.TrimSpace(safetext.Line(line))
		if line == "" || len(line) > maxFilterBytes || seen[line] || len(filters) == keptFilters {
			continue
		}
		seen[line] = true
		filters = append(filters, line)
	}
	slices.Reverse(filters)
	return filters
}

// Keep appends a filter.
func (m *Filters) Keep(filter string) {
	if m.path == "" {
		return
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	filters := parseFilters(strings.Join(append(m.Read(), filter), "\n"))
	_ = ownfile.Write(m.path, []byte(strings.Join(filters, "\n")+"\n"))
}
