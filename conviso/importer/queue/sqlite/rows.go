package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/sqlfile"
	"conviso-importer/internal/unixms"
)

const itemColumns = `instance, ref, seq, name_key, project, state, lost, attempts, batch_max,
	error, asset_id, baseline, strict, reads, added_at, sent_at, checked_at, not_before, sum, ` + laterColumns

// laterColumns are those that version 3 has added.
const laterColumns = "agreed, platform_at"

type itemRow struct {
	instance, ref, nameKey, project, state, failure, assetID, baseline, agreed string
	seq, addedAt, sentAt, checkedAt, notBefore, platformAt                     int64
	attempts, batchMax, reads                                                  int
	lost, strict                                                               bool
	sum                                                                        int64
}

func toRow(i *queue.Item) (itemRow, error) {
	project, err := json.Marshal(i.Project)
	if err != nil {
		return itemRow{}, err
	}
	baseline, err := json.Marshal(i.Baseline)
	if err != nil {
		return itemRow{}, err
	}
	agreed, err := json.Marshal(i.Agreed)
	if err != nil {
		return itemRow{}, err
	}
	if string(agreed) == "{}" {
		agreed = nil
	}
	r := itemRow{
		instance: i.Instance, ref: string(i.Ref), nameKey: i.Key(), project: string(project),
		state: string(i.State), failure: i.Error, assetID: i.AssetID, baseline: string(baseline), seq: i.Seq,
		addedAt: unixms.Of(i.AddedAt), sentAt: unixms.Of(i.SentAt), checkedAt: unixms.Of(i.CheckedAt), notBefore: unixms.Of(i.NotBefore),
		attempts: i.Attempts, batchMax: i.BatchMax, reads: i.Reads, lost: i.Lost, strict: i.Strict,
		agreed: string(agreed), platformAt: unixms.Of(i.PlatformAt),
	}
	r.sum = r.checksum()
	return r, nil
}

// checksum leaves out what version 3 has added where that is empty, so that older rows keep their sums.
func (r *itemRow) checksum() int64 {
	fields := []string{r.instance, r.ref, r.nameKey, r.project, r.state, r.failure, r.assetID, r.baseline,
		strconv.FormatInt(r.seq, 10), strconv.FormatInt(r.addedAt, 10), strconv.FormatInt(r.sentAt, 10),
		strconv.FormatInt(r.checkedAt, 10), strconv.FormatInt(r.notBefore, 10), strconv.Itoa(r.attempts),
		strconv.Itoa(r.batchMax), strconv.Itoa(r.reads), strconv.FormatBool(r.lost), strconv.FormatBool(r.strict)}
	if r.agreed != "" || r.platformAt != 0 {
		fields = append(fields, r.agreed, strconv.FormatInt(r.platformAt, 10))
	}
	return int64(checksum(fields...))
}

func (r *itemRow) intact() bool {
	return r.sum == r.checksum() && json.Valid([]byte(r.project)) && json.Valid([]byte(r.baseline)) &&
		(r.agreed == "" || json.Valid([]byte(r.agreed)))
}

// item returns the row's item, or a failed item if the row is damaged.
func (r *itemRow) item() queue.Item {
	i := queue.Item{
		Instance: r.instance, Ref: catalog.Ref(r.ref), Seq: r.seq, State: queue.State(r.state), Lost: r.lost,
		Attempts: r.attempts, BatchMax: r.batchMax, Error: r.failure, AssetID: r.assetID, Strict: r.strict, Reads: r.reads,
		AddedAt: unixms.Time(r.addedAt), SentAt: unixms.Time(r.sentAt), CheckedAt: unixms.Time(r.checkedAt), NotBefore: unixms.Time(r.notBefore),
		PlatformAt: unixms.Time(r.platformAt),
	}
	if !r.intact() || json.Unmarshal([]byte(r.project), &i.Project) != nil || json.Unmarshal([]byte(r.baseline), &i.Baseline) != nil ||
		r.agreed != "" && json.Unmarshal([]byte(r.agreed), &i.Agreed) != nil {
		return damagedItem(r.instance, i.Ref, r.seq)
	}
	// Older versions queued addresses as the catalog has them, and what the platform said of them.
	i.Project, i.Error = i.Project.WithoutSecrets(), safetext.WithoutSecrets(i.Error)
	i.Project.RepoURL, _ = repository.Clone(i.Project.RepoURL)
	return i
}

func (r *itemRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.instance, &r.ref, &r.seq, &r.nameKey, &r.project, &r.state, &r.lost, &r.attempts, &r.batchMax,
		&r.failure, &r.assetID, &r.baseline, &r.strict, &r.reads, &r.addedAt, &r.sentAt, &r.checkedAt, &r.notBefore, &r.sum,
		&r.agreed, &r.platformAt)
}

// put writes items, each with a new Seq; imported ones go into the history.
func put(tx *change, items ...*queue.Item) error {
	if len(items) == 0 {
		return nil
	}
	seq, err := takeSeqs(tx.Tx, len(items))
	if err != nil {
		return err
	}
	tx.moved.numbered(seq, len(items))
	before, err := tx.Prepare("SELECT state, lost FROM items WHERE instance = ? AND ref = ?")
	if err != nil {
		return err
	}
	defer func() { _ = before.Close() }()
	insert, err := tx.Prepare("INSERT OR REPLACE INTO items (" + itemColumns + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	var done []queue.Finished
	for n, item := range items {
		item.Seq = seq + int64(n)
		if err := tx.moved.take(before, item); err != nil {
			return err
		}
		if item.State == queue.Imported {
			done = append(done, queue.Finish(item))
			continue
		}
		r, err := toRow(item)
		if err != nil {
			return err
		}
		if _, err := insert.Exec(r.instance, r.ref, r.seq, r.nameKey, r.project, r.state, r.lost, r.attempts, r.batchMax,
			r.failure, r.assetID, r.baseline, r.strict, r.reads, r.addedAt, r.sentAt, r.checkedAt, r.notBefore, r.sum, r.agreed, r.platformAt); err != nil {
			return err
		}
	}
	return putFinished(tx.Tx, done)
}

func pointers(items []queue.Item) []*queue.Item {
	all := make([]*queue.Item, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return all
}

// scanError wraps an error of Scan. A value of another type is damage, which SQLite does not
// report: any column takes any value.
func scanError(err error) error {
	if _, ok := sqlfile.Code(err); ok || brokenOff(err) {
		return err
	}
	return fmt.Errorf("%w: %w", errDamaged, err)
}

// takeSeqs allocates n change numbers and returns the first.
func takeSeqs(tx *sql.Tx, n int) (first int64, err error) {
	err = tx.QueryRow("UPDATE meta SET value = value + ? WHERE key = 'seq' RETURNING value", n).Scan(&first)
	return first - int64(n) + 1, err
}

// checksum hashes fields with their lengths, so that moving text between fields changes it.
func checksum(fields ...string) uint32 {
	var text []byte
	for _, field := range fields {
		text = append(strconv.AppendInt(text, int64(len(field)), 10), ':')
		text = append(text, field...)
	}
	return crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli))
}
