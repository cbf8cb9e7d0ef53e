package workspace

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"conviso-importer/internal/safetext"
)

// The bounds of what is remembered of filters.
const (
	keptFilters    = 100
	maxFilterBytes = 4096
)

// Filters is the file of the filters that were kept in the table, one a line, the
// oldest first. What goes wrong with it costs a few lines of history and nothing else, so
// that nothing is said of it.
type Filters struct {
	path string
	// writing keeps what two commands of one table keep from overtaking each other.
	writing sync.Mutex
}

// OpenFilters returns the filters of a state folder; without one nothing is kept.
func OpenFilters(stateDir string) *Filters {
	if stateDir == "" {
		return &Filters{}
	}
	return &Filters{path: filepath.Join(stateDir, "filters")}
}

// Read returns the filters that were kept, the oldest first.
func (m *Filters) Read() []string {
	if m.path == "" {
		return nil
	}
	file, err := os.Open(m.path)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	// Whatever else may be in the place of the file, it is not read without end.
	doc, err := io.ReadAll(io.LimitReader(file, 2*keptFilters*maxFilterBytes))
	if err != nil {
		return nil
	}
	return parseFilters(string(doc))
}

// parseFilters reads the file's text: each filter once, where it was kept last.
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

// Keep adds a filter behind the others.
func (m *Filters) Keep(filter string) {
	if m.path == "" {
		return
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	filters := parseFilters(strings.Join(append(m.Read(), filter), "\n"))
	keepFile(m.path, []byte(strings.Join(filters, "\n")+"\n"))
}
