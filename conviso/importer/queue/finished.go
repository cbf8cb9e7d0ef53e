package queue

import (
	"encoding/binary"
	"hash/crc32"
	"strings"

	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/internal/text"
	"conviso-importer/internal/unixms"
)

// Finished is an imported item as it is kept for good, small since there is one for every import ever made.
type Finished struct {
	Item       Item   // of its project only the name and the repository's address
	NameKey    uint64 // NameHash of its name
	Repository uint64 // repository.Key of the address that was sent, 0 for none
	Sums       Sums
}

// Sums are checksums of what was sent, so that a later run can tell which fields have changed: name,
// description, url, repoUrl, lifecycle, tags, owner, assetType.
type Sums [8]uint32

// NameHash is the hash of a name's compared form by which finished items are found. It is stored.
func NameHash(key string) uint64 { return text.Hash(key) }

// Finish returns what is kept of an imported item.
func Finish(i *Item) Finished {
	p := &i.Project
	f := Finished{NameKey: NameHash(i.Key()), Repository: repository.Key(p.RepoURL), Item: Item{
		Instance: i.Instance, Ref: i.Ref, Seq: i.Seq, Project: conviso.Project{Name: p.Name, RepoURL: p.RepoURL}, State: Imported,
		Attempts: i.Attempts, Error: i.Error, AssetID: i.AssetID, Baseline: i.Baseline, Strict: i.Strict,
		AddedAt: i.AddedAt, SentAt: i.SentAt, CheckedAt: i.CheckedAt, User: i.User, Host: i.Host,
	}}
	if len(i.Baseline) == 0 {
		f.Item.Baseline = nil
	}
	for n, field := range []string{p.Name, p.Description, p.URL, p.RepoURL, p.Lifecycle, strings.Join(p.Tags, "\n"), p.Owner, p.AssetType} {
		f.Sums[n] = crc32.ChecksumIEEE([]byte(field))
	}
	return f
}

// Forget drops texts, times and attempts. That it was sent from here stays, and which asset it became.
func (f *Finished) Forget() {
	i := &f.Item
	f.Item = Item{Instance: i.Instance, Ref: i.Ref, Seq: i.Seq, Project: conviso.Project{Name: i.Ref.Name()}, State: Imported,
		Attempts: min(1, i.Attempts), AssetID: i.AssetID, Baseline: i.Baseline, Strict: i.Strict}
}

const (
	packedStrict = 1 // the flag of a strict item
	// packedSize is the size of what comes before the numbers: flags, both keys and the checksums.
	packedSize = 1 + 8 + 8 + 4*len(Sums{})
)

// Pack appends everything but instance, ref and Seq in a compact form: the flags, both keys, the checksums,
// numbers, and texts with their lengths. An empty name stands for the ref's, which most have.
func (f *Finished) Pack(b []byte) []byte {
	i := &f.Item
	flags := byte(0)
	if i.Strict {
		flags = packedStrict
	}
	b = append(b, flags)
	b = binary.LittleEndian.AppendUint64(b, f.NameKey)
	b = binary.LittleEndian.AppendUint64(b, f.Repository)
	for _, sum := range f.Sums {
		b = binary.LittleEndian.AppendUint32(b, sum)
	}
	for _, n := range []int64{int64(i.Attempts), unixms.Of(i.AddedAt), unixms.Of(i.SentAt), unixms.Of(i.CheckedAt)} {
		b = binary.AppendVarint(b, n)
	}
	name := i.Project.Name
	if name == i.Ref.Name() {
		name = ""
	}
	texts := append([]string{i.AssetID, name, i.Project.RepoURL, i.Error, i.User, i.Host}, i.Baseline...)
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, t := range texts {
		b = binary.AppendUvarint(b, uint64(len(t)))
		b = append(b, t...)
	}
	return b
}

// packed is a packed item whose texts are parts of what was read. The last ones are its baseline.
type packed struct {
	flags               byte
	nameKey, repository uint64
	sums                []byte
	numbers             [4]int64
	texts               [6][]byte
	more                int // the number of texts in rest
	rest                []byte
}

// The places of numbers and texts.
const (
	packedAttempts = iota
	packedAdded
	packedSent
	packedChecked
)

const (
	packedAsset = iota
	packedName
	packedRepo
	packedError
	packedUser
	packedHost
)

// unpack reads a packed item and reports whether it is one. It allocates nothing: an opening reads all of them.
func (p *packed) unpack(b []byte) bool {
	if len(b) < packedSize {
		return false
	}
	p.flags, p.nameKey, p.repository = b[0], binary.LittleEndian.Uint64(b[1:]), binary.LittleEndian.Uint64(b[9:])
	p.sums, b = b[17:packedSize], b[packedSize:]
	for i := range p.numbers {
		n, size := binary.Varint(b)
		if size <= 0 {
			return false
		}
		p.numbers[i], b = n, b[size:]
	}
	count, size := binary.Uvarint(b)
	if size <= 0 || count < uint64(len(p.texts)) || count > uint64(len(b)) {
		return false
	}
	b = b[size:]
	for i := range p.texts {
		var ok bool
		if p.texts[i], b, ok = packedText(b); !ok {
			return false
		}
	}
	p.more, p.rest = int(count)-len(p.texts), b
	for range p.more {
		var ok bool
		if _, b, ok = packedText(b); !ok {
			return false
		}
	}
	return len(b) == 0
}

func packedText(b []byte) (part, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	return b[size : size+int(n)], b[size+int(n):], true
}

func (p *packed) baseline() []string {
	var all []string
	for rest := p.rest; len(all) < p.more; {
		var part []byte
		part, rest, _ = packedText(rest)
		all = append(all, string(part))
	}
	return all
}

// Unpack reads what Pack wrote, into an f that has instance, ref and Seq, and reports whether it could.
func (f *Finished) Unpack(b []byte) bool {
	var p packed
	if !p.unpack(b) {
		return false
	}
	i := &f.Item
	f.NameKey, f.Repository = p.nameKey, p.repository
	for n := range f.Sums {
		f.Sums[n] = binary.LittleEndian.Uint32(p.sums[4*n:])
	}
	i.State, i.Strict, i.Attempts = Imported, p.flags&packedStrict != 0, int(p.numbers[packedAttempts])
	i.AddedAt, i.SentAt, i.CheckedAt = unixms.Time(p.numbers[packedAdded]), unixms.Time(p.numbers[packedSent]), unixms.Time(p.numbers[packedChecked])
	i.AssetID, i.Project.Name, i.Project.RepoURL = string(p.texts[packedAsset]), string(p.texts[packedName]), string(p.texts[packedRepo])
	if i.Project.Name == "" {
		i.Project.Name = i.Ref.Name()
	}
	i.Error, i.User, i.Host, i.Baseline = string(p.texts[packedError]), string(p.texts[packedUser]), string(p.texts[packedHost]), p.baseline()
	return true
}
