package lines

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

type verb int

const (
	verbNothing verb = iota
	verbUnclear
	verbToggle
	verbMark
	verbUnmark
	verbAll
	verbClear
	verbUndo
	verbRedo
	verbImport
	verbRetry
	verbResume
	verbPause
	verbStop
	verbDrop
	verbReasons
	verbAuto
	verbList
	verbNext
	verbPrevious
	verbGo
	verbFilter
	verbFacet
	verbSort
	verbKind
	verbCompany
	verbDetail
	verbExport
	verbRefresh
	verbAccept
	verbAdopt
	verbConnection
	verbMessages
	verbWait
	verbHelp
	verbQuit
)

// span is a range of row numbers, both ends included.
type span struct{ from, to int }

type command struct {
	verb    verb
	spans   []span
	text    string
	problem string // why the line was not understood, in a sentence
}

// parse accepts a colon before a command, as on the table's command line.
func parse(line string) command {
	line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), ":"))
	first, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case line == "":
		return command{verb: verbNothing}
	case line[0] == '/':
		return command{verb: verbFilter, text: strings.TrimSpace(line[1:])}
	case line[0] == '?':
		return command{verb: verbHelp, text: strings.TrimSpace(line[1:])}
	case isDigit(line[0]):
		return counted(command{verb: verbToggle}, line)
	}
	all := commands()
	// A name of two words may begin like another one.
	if i := slices.IndexFunc(all, func(c commandHelp) bool { return named(c.words, line) }); i >= 0 {
		return all[i].with("")
	}
	for i := range all {
		c := &all[i]
		if named(c.words, first) {
			return c.with(rest)
		}
		// "d3" is "d 3".
		if letter, size := utf8.DecodeRuneInString(first); c.counted && rest == "" && len(first) > size &&
			slices.Contains(c.words, string(letter)) && isDigit(first[size]) {
			return c.with(first[size:])
		}
	}
	return command{verb: verbUnclear, problem: "That is no command: ? lists them, and / begins a filter."}
}

func named(words []string, word string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return w == word || (len(w) > 1 && strings.EqualFold(w, word))
	})
}

// with adds the arguments to a command.
func (c *commandHelp) with(rest string) command {
	out := command{verb: c.verb, text: rest}
	switch {
	case c.counted && rest != "":
		out.text = ""
		return counted(out, rest)
	case !c.spoken && rest != "":
		return command{verb: verbUnclear, problem: "Nothing follows " + c.words[len(c.words)-1] + ": " + c.shown + " is " + c.text + "."}
	}
	return out
}

const (
	mostSpans  = 1000
	mostNumber = 100_000_000
)

// counted parses numbers and ranges: "1 3-7, 9".
func counted(c command, text string) command {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	if len(fields) == 0 || len(fields) > mostSpans {
		return command{verb: verbUnclear, problem: "Numbers of rows are missing, such as 1 3-7."}
	}
	for _, field := range fields {
		low, high, isRange := strings.Cut(field, "-")
		from, ok := number(low)
		to := from
		if isRange && ok {
			to, ok = number(high)
		}
		if !ok || from > to {
			return command{verb: verbUnclear, problem: strconv.Quote(field) + " is no number or range of rows, such as 3 or 3-7; nothing was done."}
		}
		c.spans = append(c.spans, span{from, to})
	}
	return c
}

func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && n <= mostNumber && isDigit(text[0])
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
