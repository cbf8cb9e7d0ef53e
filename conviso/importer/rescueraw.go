package importer

import "conviso-importer/internal/sqlraw"

// itemShape is the kinds of an item's columns, in the order of the table.
const itemShape = "ttitttiiitttiiiiiii"

// rawRow is a record that was found in the bytes of a file. Only its checksum tells whether it
// ever was one.
func rawRow(v []sqlraw.Value) itemRow {
	return itemRow{
		instance: v[0].Text, ref: v[1].Text, seq: v[2].Int, nameKey: v[3].Text, project: v[4].Text, state: v[5].Text,
		lost: v[6].Int != 0, attempts: int(v[7].Int), batchMax: int(v[8].Int), failure: v[9].Text, assetID: v[10].Text,
		baseline: v[11].Text, strict: v[12].Int != 0, reads: int(v[13].Int), addedAt: v[14].Int, sentAt: v[15].Int,
		checkedAt: v[16].Int, notBefore: v[17].Int, sum: v[18].Int,
	}
}
