package printout

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"testing"

	"conviso-importer/internal/safetext"
)

// TestArrayIsPlainJSON checks that the output equals that of json.MarshalIndent.
func TestArrayIsPlainJSON(t *testing.T) {
	hostile := Item{Ref: "component:default/a", Name: "a\u202e\x9b", Tags: []string{}}
	for _, list := range [][]Item{{}, {hostile}, {hostile, {Ref: "component:default/b", Tags: []string{"x"}}}} {
		var parts bytes.Buffer
		if err := WriteJSON(&parts, list); err != nil {
			t.Fatal(err)
		}
		whole, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if want := string(safetext.EscapeJSON(whole)) + "\n"; parts.String() != want {
			t.Errorf("%d items: %q, want %q", len(list), parts.String(), want)
		}
	}
}

// TestCSVHasTheFieldsOfJSON checks that the columns are the fields, in order.
func TestCSVHasTheFieldsOfJSON(t *testing.T) {
	item := Item{Ref: "component:default/a", Kind: "Component", Namespace: "default", Name: "a, \"quoted\"", Tags: []string{"x", "y"}, Status: "failed", Error: "because"}
	var out bytes.Buffer
	if err := WriteCSV(&out, []Item{item}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	doc, err := json.Marshal(item)
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for d := json.NewDecoder(bytes.NewReader(doc)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if name, ok := token.(string); ok && slices.Contains(rows[0], name) {
			fields = append(fields, name)
		}
	}
	if !slices.Equal(rows[0], fields) || rows[1][3] != item.Name || rows[1][9] != "x y" || rows[1][12] != "because" {
		t.Errorf("the header is %v for the fields %v, the row %v", rows[0], fields, rows[1])
	}
}
