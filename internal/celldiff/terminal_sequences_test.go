package celldiff

import (
	"fmt"
	"strconv"
	"strings"
)

// sequence applies a sequence and returns its length, 0 if incomplete.
func (t *terminal) sequence(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 || b[i] < 0x20 {
				t.csi(string(b[2:i]), b[i])
				return i + 1
			}
		}
		return 0
	case ']', 'P', '_', '^', 'X':
		for i := 2; i < len(b); i++ {
			if b[i] == 7 && b[1] == ']' || b[i] == 0x1b && i+1 < len(b) && b[i+1] == '\\' {
				if body, ok := strings.CutPrefix(string(b[2:i]), "8;"); ok && b[1] == ']' {
					t.link = strings.TrimSuffix(body, ";")
				}
				return i + 1 + int(b[i]&0x10>>4)
			}
		}
		return 0
	case 'M':
		if t.y == t.top {
			t.scroll(t.top, -1)
		} else if t.y > 0 {
			t.y--
		}
		t.wrapNext = false
	case '7':
		t.sx, t.sy, t.saved = t.x, t.y, t.look
	case '8':
		t.jump(t.sx, t.sy)
		t.look = t.saved
	}
	return 2
}

func (t *terminal) jump(x, y int) {
	t.x, t.y, t.wrapNext, t.lastX = max(0, min(x, t.w-1)), max(0, min(y, t.h-1)), false, -1
}

func (t *terminal) csi(args string, final byte) {
	var n []int
	for _, field := range strings.Split(strings.TrimLeft(args, "?"), ";") {
		i, _ := strconv.Atoi(field)
		n = append(n, i)
	}
	one := max(1, n[0])
	if strings.HasPrefix(args, "?") {
		t.switched(n[0], final == 'h')
		return
	}
	switch final {
	case 'A':
		t.jump(t.x, t.y-one)
	case 'B':
		t.jump(t.x, t.y+one)
	case 'C':
		t.jump(t.x+one, t.y)
	case 'D':
		t.jump(t.x-one, t.y)
	case 'G':
		t.jump(one-1, t.y)
	case 'H':
		t.jump(max(1, append(n, 0)[1])-1, one-1)
	case 'K', 'J':
		t.erased(final, n[0])
	case 'L':
		if t.y >= t.top && t.y <= t.end {
			t.scroll(t.y, -min(one, t.h))
		}
	case 'r':
		t.top, t.end = min(one-1, t.h-1), t.h-1
		t.jump(0, 0)
	case 'm':
		t.paint(n)
	}
}

func (t *terminal) erased(final byte, which int) {
	from := t.x
	if t.wrapNext && t.late {
		from = t.w
	}
	if final == 'J' {
		for y := range t.grid {
			if which == 2 || which == 0 && y > t.y || which == 1 && y < t.y {
				t.wipe(y, 0, t.w)
			}
		}
	}
	switch which {
	case 0:
		t.wipe(t.y, from, t.w)
	case 1:
		t.wipe(t.y, 0, t.x+1)
	case 2:
		t.wipe(t.y, 0, t.w)
	}
}

func (t *terminal) switched(mode int, on bool) {
	switch {
	case mode == 25:
		t.hidden = !on
	case mode == 1049 && on:
		t.main, t.grid, t.sx, t.sy, t.saved = t.grid, emptyGrid(t.w, t.h), t.x, t.y, t.look
	case mode == 1049:
		t.grid, t.main = t.main, emptyGrid(t.w, t.h)
		t.jump(t.sx, t.sy)
		t.look = t.saved
	default:
		t.modes += fmt.Sprint(mode, on, " ")
	}
}

func (t *terminal) paint(n []int) {
	for i := 0; i < len(n); i++ {
		switch c := n[i]; {
		case c == 0:
			t.look = look{}
		case c == 38 || c == 48:
			used := 3
			if i+1 < len(n) && n[i+1] == 2 {
				used = 5
			}
			value := fmt.Sprint(n[i+1 : min(len(n), i+used)])
			if i += used - 1; c == 38 {
				t.look.fg = value
			} else {
				t.look.bg = value
			}
		case c < 10:
			t.look.on[c] = true
		case c == 22:
			t.look.on[1], t.look.on[2] = false, false
		case c > 22 && c < 30:
			t.look.on[c-20] = false
		case c == 39:
			t.look.fg = ""
		case c == 49:
			t.look.bg = ""
		case c%60 >= 30 && c%60 < 38 && c < 98:
			t.look.fg = fmt.Sprint(c)
		case c%60 >= 40 && c%60 < 48 && c < 108:
			t.look.bg = fmt.Sprint(c - 10)
		}
	}
}
