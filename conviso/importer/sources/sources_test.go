package sources

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"reflect"
	"slices"
	"testing"
	"time"

	"conviso-importer/conviso"
)

var at = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func other(id, name, source string) conviso.OtherAsset {
	return conviso.OtherAsset{Asset: conviso.Asset{ID: id, Name: name}, Source: source}
}

func sample() *Set {
	return (*Set)(nil).Read([]conviso.OtherAsset{other("7", "Payments", "GITHUB"), other("5", " payments ", "GITLAB"),
		other("6", "ledger", "GITHUB"), other("8", "made by hand", "")}, at).
		Answered(map[string]Answer{"99": {At: at}, "50": {There: true, At: at}}, at)
}

// TestNamed protects names from being missed for their case or blanks, and from each other.
func TestNamed(t *testing.T) {
	for name, want := range map[string][]Asset{
		"payments": {{"5", "GITLAB"}, {"7", "GITHUB"}}, "LEDGER": {{"6", "GITHUB"}}, "made by hand": {{"8", ""}}, "pay": nil, "": nil,
	} {
		for kind, set := range map[string]*Set{"read": sample(), "kept": Decode(sample().Encode())} {
			if got := set.Named(conviso.NameKey(name)); !slices.Equal(got, want) {
				t.Errorf("%s, %s: %v, want %v", name, kind, got, want)
			}
		}
	}
}

// TestFind protects a later word on an id from an earlier one.
func TestFind(t *testing.T) {
	deleted := map[string]Answer{"7": {At: at.Add(time.Hour)}}
	for name, c := range map[string]struct {
		set       *Set
		id        string
		known, is bool
	}{
		"nothing known":           {nil, "7", false, false},
		"read":                    {sample(), "7", true, true},
		"neither read nor asked":  {sample(), "70", false, false},
		"asked, there":            {sample(), "50", true, true},
		"asked, not there":        {sample(), "99", true, false},
		"read, then not there":    {sample().Answered(deleted, at), "7", true, false},
		"not there, then read":    {sample().Answered(deleted, at).Read([]conviso.OtherAsset{other("7", "p", "")}, at.Add(2*time.Hour)), "7", true, true},
		"not in the next read":    {sample().Read(nil, at.Add(time.Hour)), "7", false, false},
		"asked before a new read": {sample().Read(nil, at.Add(time.Hour)), "50", true, true},
		"asked long ago":          {sample().Answered(nil, at.Add(keepAnswers+1)), "50", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			kept := c.set
			if c.set != nil {
				kept = Decode(c.set.Encode())
			}
			for _, set := range []*Set{c.set, kept} {
				if _, answer, known := set.Find(c.id); known != c.known || answer.There != c.is {
					t.Errorf("%+v, %v", answer, known)
				}
			}
		})
	}
}

// TestKept protects what is kept from damage of any byte, and its size.
func TestKept(t *testing.T) {
	doc := sample().Encode()
	if back := Decode(doc); !reflect.DeepEqual(back, sample()) {
		t.Errorf("%+v came back", back)
	}
	for i := range doc {
		damaged := bytes.Clone(doc)
		damaged[i] ^= 4
		if Decode(damaged) != nil || Decode(doc[:i]) != nil {
			t.Errorf("damage at %d is not seen", i)
		}
	}
	var many []conviso.OtherAsset
	for i := range 100_000 {
		many = append(many, other(fmt.Sprint(880000+i), fmt.Sprintf("a-repository-with-a-usual-name-%d", i), "GITHUB"))
	}
	if size := len((*Set)(nil).Read(many, at).Encode()); size > 2<<20 {
		t.Errorf("a hundred thousand take %d bytes", size)
	}
}

// sealed gives bytes the checksum that belongs to them.
func sealed(doc []byte) []byte {
	return binary.LittleEndian.AppendUint32(bytes.Clone(doc), crc32.ChecksumIEEE(doc))
}

// FuzzDecode protects from bytes that have the right checksum and are nothing that was written.
func FuzzDecode(f *testing.F) {
	f.Add(sample().Encode())
	f.Add([]byte{recordVersion, 2, '{', '}', 0})
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, set := range []*Set{Decode(doc), Decode(sealed(doc))} {
			if set == nil {
				continue
			}
			set.Named("payments")
			set.Find("7")
			if again := Decode(set.Encode()); again.Len() != set.Len() || !again.At().Equal(set.At()) {
				t.Errorf("%d became %d", set.Len(), again.Len())
			}
		}
	})
}
