package queue

import (
	"hash/maphash"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/unixms"
)

// History is what is known of the finished items of one instance, found by ref and by asset: about 130 bytes
// an item without a pointer in them, since there may be a million. After Index it does not change, and a nil
// one is empty.
type History struct {
	instance string
	seq      int64
	text     strings.Builder // ref, asset and name of each item
	rows     []historyRow
	byRef    []int32 // tables of open addressing; an entry is a row + 1, 0 is free
	byAsset  []int32
	seed     maphash.Seed
	rests    []historyRest
	senders  []sender
}

type historyRow struct {
	at                              int // where its part of text begins
	ref, asset, name                uint32
	attempts                        int32
	sender, rest                    uint32 // places in senders and rests
	strict                          bool
	seq, addedAt, sentAt, checkedAt int64
	repository                      uint64
}

// historyRest is what few items have.
type historyRest struct {
	note     string
	baseline []string
}

type sender struct{ user, host string }

// NewHistory returns the history of an instance, to be filled by Append and finished by Index.
func NewHistory(instance string) *History {
	return &History{instance: instance, seed: maphash.MakeSeed(), rests: []historyRest{{}}, senders: []sender{{}}}
}

// Append adds an item as Pack wrote it, in the order of Seq, and reports whether it could be read.
func (h *History) Append(ref []byte, seq int64, b []byte) bool {
	var p packed
	if !p.unpack(b) {
		return false
	}
	row := historyRow{at: h.text.Len(), ref: uint32(len(ref)), asset: uint32(len(p.texts[packedAsset])), name: uint32(len(p.texts[packedName])),
		attempts: int32(p.numbers[packedAttempts]), sender: h.sender(p.texts[packedUser], p.texts[packedHost]), strict: p.flags&packedStrict != 0,
		seq: seq, addedAt: p.numbers[packedAdded], sentAt: p.numbers[packedSent], checkedAt: p.numbers[packedChecked], repository: p.repository}
	h.text.Write(ref)
	h.text.Write(p.texts[packedAsset])
	h.text.Write(p.texts[packedName])
	if note := p.texts[packedError]; len(note)+p.more > 0 {
		row.rest = uint32(len(h.rests))
		h.rests = append(h.rests, historyRest{string(note), p.baseline()})
	}
	h.rows = append(h.rows, row)
	h.seq = max(h.seq, seq)
	return true
}

// sender returns the place of who sent an item. Nearly always it is that of the item before.
func (h *History) sender(user, host []byte) uint32 {
	for i := len(h.senders) - 1; i >= max(0, len(h.senders)-maxSendersKept); i-- {
		if h.senders[i].user == string(user) && h.senders[i].host == string(host) {
			return uint32(i)
		}
	}
	h.senders = append(h.senders, sender{string(user), string(host)})
	return uint32(len(h.senders) - 1)
}

// maxSendersKept bounds the search for a sender that is known already.
const maxSendersKept = 16

// Index makes the items to be found. Of two with one asset the later one has it. Of two of one entity, which was
// imported again while they were read, the later one is kept.
func (h *History) Index() {
	if h.index() == len(h.rows) {
		return
	}
	kept := make([]historyRow, 0, len(h.rows))
	for i := range h.rows {
		if last, _ := h.Find(h.Ref(i)); last == i {
			kept = append(kept, h.rows[i])
		}
	}
	h.rows = kept
	h.index()
}

// index makes the tables and returns how many entities there are.
func (h *History) index() (entities int) {
	size := 16
	for size < 2*len(h.rows) {
		size *= 2
	}
	h.byRef, h.byAsset = make([]int32, size), make([]int32, size)
	for i := range h.rows {
		entry := h.slot(h.byRef, string(h.Ref(i)), h.ref)
		if *entry == 0 {
			entities++
		}
		*entry = int32(i + 1)
		*h.slot(h.byAsset, h.AssetID(i), h.AssetID) = int32(i + 1)
	}
	return entities
}

// slot returns the place of a key in a table: of the item that has it, or a free one.
func (h *History) slot(table []int32, key string, of func(int) string) *int32 {
	mask := uint64(len(table) - 1)
	for at := maphash.String(h.seed, key) & mask; ; at = (at + 1) & mask {
		if entry := table[at]; entry == 0 || of(int(entry-1)) == key {
			return &table[at]
		}
	}
}

func (h *History) find(table []int32, key string, of func(int) string) (int, bool) {
	entry := int32(0)
	if len(table) > 0 {
		entry = *h.slot(table, key, of)
	}
	return int(entry) - 1, entry != 0
}

// Len returns the number of items.
func (h *History) Len() int {
	if h == nil {
		return 0
	}
	return len(h.rows)
}

// Seq returns the newest Seq, 0 for none.
func (h *History) Seq() int64 {
	if h == nil {
		return 0
	}
	return h.seq
}

// Find returns the place of an entity's item.
func (h *History) Find(ref catalog.Ref) (int, bool) {
	if h == nil {
		return 0, false
	}
	return h.find(h.byRef, string(ref), h.ref)
}

// OfAsset returns the place of the item that was read back as an asset.
func (h *History) OfAsset(id string) (int, bool) {
	if h == nil || id == "" {
		return 0, false
	}
	return h.find(h.byAsset, id, h.AssetID)
}

// Ref returns the entity of the item at a place.
func (h *History) Ref(i int) catalog.Ref {
	row := &h.rows[i]
	return catalog.Ref(h.text.String()[row.at : row.at+int(row.ref)])
}

func (h *History) ref(i int) string { return string(h.Ref(i)) }

// AssetID returns the asset of the item at a place.
func (h *History) AssetID(i int) string {
	row := &h.rows[i]
	at := row.at + int(row.ref)
	return h.text.String()[at : at+int(row.asset)]
}

// CheckedAt returns when the item at a place was read back, zero if that was forgotten.
func (h *History) CheckedAt(i int) time.Time { return unixms.Time(h.rows[i].checkedAt) }

// Repository returns repository.Key of the address that was sent for the item at a place.
func (h *History) Repository(i int) uint64 { return h.rows[i].repository }

// Item returns the item at a place, without the address that was sent.
func (h *History) Item(i int) Item {
	row, rest := &h.rows[i], h.rests[h.rows[i].rest]
	at := row.at + int(row.ref+row.asset)
	name, ref, who := h.text.String()[at:at+int(row.name)], h.Ref(i), h.senders[row.sender]
	if name == "" {
		name = ref.Name()
	}
	return Item{Instance: h.instance, Ref: ref, Seq: row.seq, Project: conviso.Project{Name: name}, State: Imported,
		Attempts: int(row.attempts), Error: rest.note, AssetID: h.AssetID(i), Baseline: rest.baseline, Strict: row.strict,
		AddedAt: unixms.Time(row.addedAt), SentAt: unixms.Time(row.sentAt), CheckedAt: unixms.Time(row.checkedAt), User: who.user, Host: who.host}
}
