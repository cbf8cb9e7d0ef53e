package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
)

const maxPlansADay = 1000

func encodeJSON(v any) ([]byte, error) {
	doc, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(safetext.EscapeJSON(doc), '\n'), nil
}

// savePlan writes a plan to a new file in dir, private to the user, and returns its absolute path.
func savePlan(dir string, now time.Time, p *importer.Plan) (string, error) {
	doc, err := encodeJSON(p)
	if err != nil {
		return "", fmt.Errorf("encode the plan: %w", err)
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("the folder of the plan is not known: %w", err)
	}
	for n := 1; n <= maxPlansADay; n++ {
		path := filepath.Join(dir, fmt.Sprintf("plan-%s-%d.json", now.Format(time.DateOnly), n))
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return "", fmt.Errorf("the plan cannot be saved: %w", err)
		}
		_, err = file.Write(doc)
		if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
			// Leave no partial plan.
			_ = os.Remove(path)
			return "", fmt.Errorf("the plan cannot be saved: %w", err)
		}
		return path, nil
	}
	return "", fmt.Errorf("the plan cannot be saved: %s holds %d plans of today", dir, maxPlansADay)
}
