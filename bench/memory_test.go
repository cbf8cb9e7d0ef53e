package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// settle is the time before a program's memory is measured.
const settle = 2 * time.Second

// TestMemory measures resident memory of the table and fzf with the same rows, also after a search,
// and the share of the rows.
func TestMemory(t *testing.T) {
	none := homeOf(t, 0)
	empty, bare := none.table(t), none.fzf(t)
	empty.await(0, "0 of 0")
	bare.await(0, "0/0")
	time.Sleep(settle)
	base, _ := resident(t, empty)
	other, _ := resident(t, bare)
	empty.kill()
	bare.kill()
	report(over("memory, no rows: resident", base, other, "fzf", 0, mb))
	for _, rows := range sizes(t) {
		h := homeOf(t, rows)
		table, fzf := h.table(t), h.fzf(t)
		table.await(0, fmt.Sprintf(" %d of %d ", rows, rows))
		fzf.await(0, fmt.Sprintf("m%d/%d (", rows, rows))
		reportMemory(t, table, fzf, base, other, rows, "resident")
		hits := h.hits(letter)
		table.press("/" + letter)
		fzf.press(letter)
		table.await(0, fmt.Sprintf(" %d of %d ", hits, rows))
		fzf.await(0, fmt.Sprintf("m%d/%d (", hits, rows))
		reportMemory(t, table, fzf, base, other, rows, "after a search")
		_, most := resident(t, table)
		_, rivals := resident(t, fzf)
		report(over(fmt.Sprintf("memory, %s rows: most ever", grouped(rows)), most, rivals, "fzf", 0, mb))
		table.kill()
		fzf.kill()
	}
}

// reportMemory adds the memory of both programs, in all and for each row.
func reportMemory(t *testing.T, table, fzf *terminal, base, other, rows int, when string) {
	t.Helper()
	time.Sleep(settle)
	ours, _ := resident(t, table)
	rivals, _ := resident(t, fzf)
	title := fmt.Sprintf("memory, %s rows: %s", grouped(rows), when)
	report(over(title, ours, rivals, "fzf", 1, mb))
	report(over(title+", a row, over no rows", (ours-base)/rows, (rivals-other)/rows, "fzf", 0, formatBytes))
}

// resident returns a process's resident memory and its peak, in bytes.
func resident(t *testing.T, p *terminal) (now, most int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(status)) {
		fields := strings.Fields(text)
		if len(fields) != 3 || fields[2] != "kB" {
			continue
		}
		n, _ := strconv.Atoi(fields[1])
		switch fields[0] {
		case "VmRSS:":
			now = n << 10
		case "VmHWM:":
			most = n << 10
		}
	}
	if now == 0 || most < now {
		t.Fatalf("no memory in\n%s", status)
	}
	return now, most
}

func mb(n int) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
