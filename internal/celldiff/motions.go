package celldiff

// move applies a motion of the cursor.
func (s *screen) move(final byte, numbers []int) {
	number := func(i int) int {
		if i >= len(numbers) {
			return 1
		}
		return max(numbers[i], 1)
	}
	s.endRun()
	if final == 'H' {
		s.at = place{min(number(0), s.h) - 1, min(number(1), s.w) - 1, true}
		s.pending = false
		return
	}
	if !s.at.known {
		return
	}
	n := number(0)
	if final == 'G' {
		s.at.col, s.pending = min(n, s.w)-1, false
		return
	}
	if s.pending || s.at.col == uncertain {
		// From where it moves is not certain either.
		s.displace()
		return
	}
	switch final {
	case 'A':
		s.at.row = max(s.at.row-n, 0)
	case 'B':
		s.at.row = min(s.at.row+n, s.h-1)
	case 'C':
		s.at.col = min(s.at.col+n, s.w-1)
	case 'D':
		s.at.col = max(s.at.col-n, 0)
	}
}

// eraseLine applies the erasing of a line, or of a part.
func (s *screen) eraseLine(which int) {
	if !s.alt {
		return
	}
	switch {
	case which > 2:
		s.blind = true
	case !s.at.known:
		s.loseAll()
	case which == 2:
		s.endRun()
		s.erase(s.at.row, 0)
		s.rows[s.at.row].safe, s.rows[s.at.row].written = s.w, false
	case which == 1 || s.pending || s.at.col == uncertain:
		// Whether a cursor behind the last column erases that one, nobody knows.
		s.endRun()
		s.loseRow(s.at.row)
	default:
		s.startRun()
		s.erase(s.at.row, s.at.col)
		s.run.ended, s.run.written = true, false
	}
}

// eraseDisplay applies the erasing of the window, or of a part.
func (s *screen) eraseDisplay(which int) {
	if !s.alt {
		return
	}
	switch which {
	case 0:
		s.eraseLine(0)
		if !s.at.known {
			return
		}
		for y := s.at.row + 1; y < s.h; y++ {
			s.erase(y, 0)
			s.rows[y].safe, s.rows[y].written = s.w, false
		}
	case 2:
		// This is how a screen is mended, whatever is believed to stand there.
		s.endRun()
		s.through = true
		for y := range s.rows {
			s.erase(y, 0)
			s.rows[y].safe, s.rows[y].written = s.w, false
		}
	default:
		s.loseAll()
	}
}
