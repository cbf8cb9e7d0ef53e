package ui

import (
	"fmt"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// TestStartIsCalm protects the first moment from a word that goes at once, and a slow start
// from an empty screen.
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

// TestRefusedNamesTheSetting protects the way out of a refusal: the message begins with what
// to look at, and says where a mended file is enough.
func TestRefusedNamesTheSetting(t *testing.T) {
	for name, tt := range map[string]struct {
		catalog, assets error
		options         Options
		want            string
	}{
		"key":        {nil, conviso.ErrAuth, Options{}, "! CONVISO_API_KEY is refused by Conviso: "},
		"key file":   {nil, conviso.ErrAuth, Options{KeySetting: "CONVISO_API_KEY_FILE"}, "! CONVISO_API_KEY_FILE is refused by Conviso, mend the file, then r: "},
		"token":      {catalog.ErrTokenRefused, nil, Options{}, "! BACKSTAGE_TOKEN is refused by Backstage: "},
		"token file": {catalog.ErrForbidden, nil, Options{TokenSetting: "BACKSTAGE_TOKEN_FILE"}, "! BACKSTAGE_TOKEN_FILE is refused by Backstage, mend the file, then r: "},
		"no token":   {catalog.ErrNoToken, nil, Options{}, "! BACKSTAGE_TOKEN is wanted by Backstage: "},
	} {
		t.Run(name, func(t *testing.T) {
			f := bank()
			f.cached = true
			if tt.catalog != nil {
				f.catalogErr = fmt.Errorf("no: %w", tt.catalog)
			}
			if tt.assets != nil {
				f.assetsErr = fmt.Errorf("no: %w", tt.assets)
			}
			change := func(o *Options) { o.KeySetting, o.TokenSetting = tt.options.KeySetting, tt.options.TokenSetting }
			within(t, 200, 24, f, change, func(h *harness) {
				h.shows(tt.want)
				h.e.catalogErr, h.e.assetsErr = nil, nil
				h.press("r")
				h.lacks("is refused", "is wanted")
			})
		})
	}
}
