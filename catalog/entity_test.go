package catalog

import "testing"

// TestAltered checks that names that may imitate others are marked, also from the cache, and
// ordinary ones are not.
func TestAltered(t *testing.T) {
	for name, altered := range map[string]bool{
		"payments": false, "支払い": false, "x Überweisung": false, "": false, "tools 🛠️": false, "👩‍💻 team": false, "pay\ufe0fments": true,
		"pay\u200bments": true, "pay\x1b[1mments": true, "\u202estnemyap": true, "pay\u00a0ments": false, "Payments\n": false, "決済　サービス": false, "e\u0301\u0301\u0301\u0301": true, "\xff": true,
	} {
		for field, e := range map[string]Entity{
			"name": {Kind: "Component", Name: "n" + name}, "title": {Kind: "Component", Name: "n", Title: name},
			"namespace": {Kind: "Component", Name: "n", Namespace: name}, "kind": {Kind: "K" + name, Name: "n"},
		} {
			doc, err := appendPage(nil, pageOf(e.Safe()))
			if err != nil {
				t.Fatal(err)
			}
			back, err := decodePage(doc)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Safe(); got.Altered != altered || back.at(0).Altered != altered || got.Safe().Altered != altered {
				t.Errorf("%s %q: altered is %t, from the cache %t", field, name, got.Altered, back.at(0).Altered)
			}
		}
		if (Entity{Kind: "K", Name: "n", Description: name + "\x1b"}).Safe().Altered {
			t.Error("a description names nothing")
		}
	}
}
