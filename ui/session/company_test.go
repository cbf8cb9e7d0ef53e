package session

import (
	"testing"

	"conviso-importer/conviso"
)

// TestChooseCompany checks which company a text names: by its number however that is written, by its
// whole name, else by a part of it.
func TestChooseCompany(t *testing.T) {
	list := []conviso.Company{{ID: "1028", Label: "Acme"}, {ID: "7", Label: "Acme Labs"}, {ID: "8", Label: "0007"}}
	for text, want := range map[string]string{
		"1028": "1028", " 01028 ": "1028", "+1028": "1028", "007": "7", "0007": "7", "acme": "1028", "LABS": "7", "028": "", "+": "", "cm": "",
	} {
		got, answer := ChooseCompany(text, list, conviso.Company{ID: "9", Label: "Now"})
		if got.ID != want || (answer == "") != (want != "") {
			t.Errorf("%q is %+v: %s", text, got, answer)
		}
	}
}
