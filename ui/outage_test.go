package ui

import (
	"fmt"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/secret"
)

// TestStartIsCalm checks that a fast start shows no message, and a slow one does.
func TestStartIsCalm(t *testing.T) {
	f := bank()
	f.pages = append([][]catalog.Entity{nil}, f.pages...)
	f.holdCatalog, f.holdAssets = true, true
	within(t, 80, 24, f, nil, func(h *harness) {
		h.shows("Conviso company 1042", "reading catalog")
		h.lacks("Reading the catalog")
		h.wait(slowAfter)
		h.shows("Reading the catalog")
		close(h.e.release)
		h.settle()
		h.lacks("Reading the catalog")
	})
}

// TestRefusedNamesTheSetting checks that a refusal begins with the setting to look at.
func TestRefusedNamesTheSetting(t *testing.T) {
	refused := func(setting, by string, missing, rereads bool) error {
		return fmt.Errorf("%w: no", &secret.RefusedError{Setting: setting, By: by, Missing: missing, Rereads: rereads})
	}
	for name, tt := range map[string]struct {
		catalog, assets error
		want            string
	}{
		"key":        {nil, refused("CONVISO_API_KEY", "Conviso", false, false), "! CONVISO_API_KEY is refused by Conviso: "},
		"key file":   {nil, refused("CONVISO_API_KEY_FILE", "Conviso", false, true), "! CONVISO_API_KEY_FILE is refused by Conviso, mend the file, then r: "},
		"token":      {refused("BACKSTAGE_TOKEN", "Backstage", false, false), nil, "! BACKSTAGE_TOKEN is refused by Backstage: "},
		"token file": {refused("BACKSTAGE_TOKEN_FILE", "Backstage", false, true), nil, "! BACKSTAGE_TOKEN_FILE is refused by Backstage, mend the file, then r: "},
		"no token":   {refused("BACKSTAGE_TOKEN", "Backstage", true, false), nil, "! BACKSTAGE_TOKEN is wanted by Backstage: "},
	} {
		t.Run(name, func(t *testing.T) {
			f := bank()
			f.cached = true
			f.catalogErr, f.assetsErr = tt.catalog, tt.assets
			within(t, 200, 24, f, nil, func(h *harness) {
				h.shows(tt.want)
				h.e.catalogErr, h.e.assetsErr = nil, nil
				h.press("r")
				h.lacks("is refused", "is wanted")
			})
		})
	}
}
