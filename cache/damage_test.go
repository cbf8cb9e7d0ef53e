package cache

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/sqlfile"
)

// sample is the content of the files to damage: values within a page and over several.
func sample() map[string][]byte {
	values := map[string][]byte{}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 30 {
		v := make([]byte, r.IntN(900))
		if i%10 == 0 {
			v = make([]byte, 9000)
		}
		for j := range v {
			v[j] = byte(r.Uint32())
		}
		values[fmt.Sprintf("key/%02d", i)] = v
	}
	return values
}

// filled returns the bytes of a closed database file with the sample.
func filled(t testing.TB) []byte {
	t.Helper()
	dir := t.TempDir()
	s := healthy(t, dir, Options{})
	c := New(s, "a", raw(1))
	for k, v := range sample() {
		put(t, c, k, v)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// use opens a folder with a damaged file and does what a process would. Every result must be
// the right value or a miss, and the store must store new values.
func use(t *testing.T, dir string, values map[string][]byte) (hits int) {
	t.Helper()
	s := Open(dir, Options{})
	c := New(s, "a", raw(1))
	check := func(k string) {
		got, at, ok := c.Get(k)
		if !ok {
			return
		}
		hits++
		if !bytes.Equal(got, values[k]) || !at.Equal(when) {
			t.Errorf("Get(%q) is wrong: %d bytes, %v", k, len(got), at)
		}
	}
	for k := range values {
		check(k)
	}
	_ = c.Put("new", []byte("v"), when)
	_ = c.Put("key/00", []byte("replaced"), when)
	_ = c.DeletePrefix("key/1")
	wantHit(t, c, "new", []byte("v"))
	wantHit(t, c, "key/00", []byte("replaced"))
	// A damaged index may hide a row from a range: it may still exist, unchanged.
	check("key/11")
	if err := s.Problem(); err != nil && strings.ContainsAny(err.Error(), "\n\x00\x1b") {
		t.Errorf("Problem is not one safe line: %q", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	return hits
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func aside(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, fileName+".corrupt-*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A file cut at any length, by a full disk or a crash, loses only rows.
func TestTruncated(t *testing.T) {
	file, values := filled(t), sample()
	const parts = 4 // side by side, as below
	for part := range parts {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for n := part; n < len(file); n += parts * slowdown {
				if n > 100 {
					n += parts * (cutStep - 1) * slowdown // Past the header; odd steps fall everywhere within pages.
				}
				write(t, filepath.Join(dir, fileName), file[:min(n, len(file))])
				use(t, dir, values)
				if t.Failed() {
					t.Fatalf("cut to %d of %d bytes", n, len(file))
				}
			}
		})
	}
}

// Two thousand flipped bits: no panic, no wrong value, and most rows of most files remain,
// since an empty cache would pass as well.
func TestFlippedBits(t *testing.T) {
	file, values := filled(t), sample()
	const parts = 4 // side by side, since the disk is what takes the time
	for part := range uint64(parts) {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			flips, hits, dir := 2000/parts/slowdown, 0, t.TempDir()
			r := rand.New(rand.NewPCG(3, part))
			for range flips {
				bit := r.IntN(len(file) * 8)
				bad := bytes.Clone(file)
				bad[bit/8] ^= 1 << (bit % 8)
				write(t, filepath.Join(dir, fileName), bad)
				hits += use(t, dir, values)
				if t.Failed() {
					t.Fatalf("bit %d of byte %d", bit%8, bit/8)
				}
			}
			if least := flips * len(values) * 9 / 10; hits < least {
				t.Errorf("%d hits, want at least %d", hits, least)
			}
		})
	}
}

// FuzzFile damages a file in any way.
func FuzzFile(f *testing.F) {
	file := filled(f)
	values := sample()
	f.Add(uint32(0), []byte("no"))
	f.Add(uint32(18), []byte{9, 9})
	f.Add(uint32(4096), bytes.Repeat([]byte{0xff}, 300))
	f.Fuzz(func(t *testing.T, at uint32, patch []byte) {
		bad := bytes.Clone(file)
		copy(bad[int(at)%len(bad):], patch)
		dir := t.TempDir()
		write(t, filepath.Join(dir, fileName), bad)
		use(t, dir, values)
	})
}

// A file that is no database is renamed, reported and replaced.
func TestNotADatabase(t *testing.T) {
	dir := t.TempDir()
	garbage := bytes.Repeat([]byte("\x1b[31mgarbage "), 1000)
	write(t, filepath.Join(dir, fileName), garbage)
	write(t, filepath.Join(dir, fileName+".corrupt-2001"), []byte("older"))
	s := open(t, dir, Options{})
	files := aside(t, dir)
	if len(files) != 1 {
		t.Fatalf("set aside: %v; want the newest alone", files)
	}
	if kept, err := os.ReadFile(files[0]); err != nil || !bytes.Equal(kept, garbage) {
		t.Errorf("the damaged file was not kept as it was: %v", err)
	}
	if err := s.Problem(); err == nil || !strings.Contains(err.Error(), files[0]) {
		t.Errorf("Problem does not name %s: %v", files[0], err)
	}
	put(t, New(s, "a", raw(1)), "k", []byte("v"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantHit(t, New(healthy(t, dir, Options{}), "a", raw(1)), "k", []byte("v"))
}

// Damage in an open store is moved aside once; the second time the store stops using the disk.
func TestDamagedWhileOpen(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{MaxBytes: 1})
	c := New(s, "a", raw(1))
	for round, wantPath := range []bool{true, false} {
		put(t, c, "k", []byte("v"))
		if _, err := s.disk.db.Exec("DROP TABLE entries"); err != nil {
			t.Fatal(err)
		}
		wantMiss(t, c, "k")
		if err := s.Problem(); err == nil || len(aside(t, dir)) != 1 {
			t.Errorf("round %d: Problem %v, set aside %v", round, err, aside(t, dir))
		}
		if onDisk := s.Stats().Path != ""; onDisk != wantPath {
			t.Errorf("round %d: on disk: %v", round, onDisk)
		}
		if err := c.Put("k", []byte("v"), when); err != nil {
			t.Errorf("round %d: Put: %v", round, err)
		}
	}
}

// A cache folder that is deleted during a run is recreated.
func TestDeletedWhileOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	s := healthy(t, dir, Options{MaxBytes: 1})
	c := New(s, "a", raw(1))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	put(t, c, "k", []byte("v"))
	if err := s.Problem(); err != nil {
		t.Error(err)
	}
	other := New(healthy(t, dir, Options{}), "a", raw(1))
	wantHit(t, other, "k", []byte("v"))
}

// A store follows another process that replaced the file.
func TestReplacedByAnother(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{MaxBytes: 1})
	c := New(s, "a", raw(1))
	put(t, c, "old", []byte("v"))
	for _, suffix := range sqlfile.Suffixes() {
		path := filepath.Join(dir, fileName+suffix)
		if err := os.Rename(path, path+".moved"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	other := New(healthy(t, dir, Options{}), "a", raw(1))
	put(t, other, "theirs", []byte("v"))
	put(t, c, "ours", []byte("v")) // meets the moved file
	wantHit(t, c, "theirs", []byte("v"))
	wantHit(t, other, "ours", []byte("v"))
	if files := aside(t, dir); len(files) != 0 {
		t.Errorf("set aside %v", files)
	}
}

// A file of a newer version is unchanged, and the message says what to do.
func TestNewerFormat(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	alter(t, path, filled(t), fmt.Sprintf("PRAGMA user_version = %d", format+1))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, Options{})
	if err := s.Problem(); err == nil || !strings.Contains(err.Error(), "update this program") {
		t.Errorf("Problem: %v", err)
	}
	c := New(s, "a", raw(1))
	put(t, c, "k", []byte("v"))
	wantHit(t, c, "k", []byte("v"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file changed (%v)", err)
	}
}

// A file of an older version is emptied and used.
func TestOlderFormat(t *testing.T) {
	dir := t.TempDir()
	alter(t, filepath.Join(dir, fileName), filled(t), "ALTER TABLE entries DROP COLUMN sum; PRAGMA user_version = 0")
	c := New(healthy(t, dir, Options{MaxBytes: 1}), "a", raw(1))
	wantMiss(t, c, "key/00")
	put(t, c, "k", []byte("v"))
	wantHit(t, c, "k", []byte("v"))
}

// alter writes file to path and runs SQL on it.
func alter(t testing.TB, path string, file []byte, statements string) {
	t.Helper()
	write(t, path, file)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

// The checksum covers every field of a row and its key.
func TestRowChecksum(t *testing.T) {
	for _, change := range []string{
		"UPDATE entries SET read_at = read_at + 1",
		"UPDATE entries SET sum = sum + 1",
		"UPDATE entries SET data = X'" + hex.EncodeToString([]byte("w")) + "'",
		"UPDATE entries SET data = 'text'",
		"UPDATE entries SET read_at = 'yesterday'",
		"UPDATE entries SET key = X'61006b'",
	} {
		dir := t.TempDir()
		s := healthy(t, dir, Options{MaxBytes: 1})
		c := New(s, "a", raw(1))
		put(t, c, "q", []byte("v"))
		if _, err := s.disk.db.Exec(change); err != nil {
			t.Fatal(err)
		}
		wantMiss(t, c, "k")
		wantMiss(t, c, "q")
		var left int
		if err := s.disk.db.QueryRow("SELECT count(*) FROM entries").Scan(&left); err != nil || left != 0 {
			t.Errorf("%s: %d rows left, %v", change, left, err)
		}
	}
}

// TestOlderFormatIsOverwritten: a file of an older format may hold secrets, so nothing of it stays on disk.
func TestOlderFormatIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	alter(t, path, filled(t), "UPDATE entries SET data = CAST(replace(hex(zeroblob(400 * (id % 5))), '0', 'obvious-fake ') AS BLOB); PRAGMA user_version = 1")
	s := healthy(t, dir, Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil || bytes.Contains(doc, []byte("obvious-fake")) {
			t.Errorf("%s still holds the old rows, %v", file, err)
		}
	}
}
