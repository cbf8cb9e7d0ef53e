package sqlraw

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // writes the files that are read here
)

// made is the file of a database with long and short records, some of them changed since, and
// what it holds.
func made(t testing.TB) (file []byte, want map[string]string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE a (k TEXT, n INTEGER, v TEXT, PRIMARY KEY (k)) WITHOUT ROWID"); err != nil {
		t.Fatal(err)
	}
	want = map[string]string{}
	for i := range 60 {
		key, number := fmt.Sprintf("key-%02d", i), int64(i-30)<<(i%55)
		value := strings.Repeat("x", i*i*5)
		if _, err := db.Exec("INSERT INTO a VALUES (?, ?, ?)", key, number, value); err != nil {
			t.Fatal(err)
		}
		want[fmt.Sprintf("%s %d %s", key, number, value)] = key
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return file, want
}

// TestRecords protects the rescue of what SQLite finds no way to: every record, whatever its
// length, is found in a file whose pages are not held together by anything any more.
func TestRecords(t *testing.T) {
	file, want := made(t)
	copy(file, make([]byte, PageSize))
	for values := range Records(file, "tit") {
		delete(want, fmt.Sprintf("%s %d %s", values[0].Text, values[1].Int, values[2].Text))
	}
	for _, key := range want {
		t.Errorf("%s was not found", key)
	}
}

// FuzzRecords lets the fuzzer make a file and looks for a panic, and for a record that is not
// of the shape that was asked for.
func FuzzRecords(f *testing.F) {
	file, _ := made(f)
	f.Add(file[PageSize : 3*PageSize])
	f.Add([]byte{9, 4, 13, 1, 15, 'a', 1, 'b'})
	f.Fuzz(func(t *testing.T, file []byte) {
		for values := range Records(file, "tit") {
			if len(values) != 3 || values[0].Kind != Text || values[1].Kind != Int || values[2].Kind != Text {
				t.Errorf("%v", values)
			}
		}
	})
}
