package lines

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// verb is what a line asks for.
type verb int

const (
	verbNothing verb = iota
	verbUnclear
	verbToggle
	verbMark
	verbUnmark
	verbAll
	verbClear
	verbImport
	verbRetry
	verbResume
	verbAuto
	verbList
	verbNext
	verbPrevious
	verbGo
	verbFilter
	verbFacet
	verbSort
	verbDetail
	verbRefresh
	verbConnection
	verbMessages
	verbWait
	verbHelp
	verbQuit
)

// commandHelp is a command with the words that ask for it. A single letter is taken as it
// stands, since "a" and "A" differ; words are taken in any case.
type commandHelp struct {
	verb  verb
	words []string
	// shown is how help writes it, with what may follow.
	shown, text string
	// counted says that numbers of rows follow, spoken that any text may.
	counted, spoken bool
}

// commands are all of them in the order in which help names them.
func commands() []commandHelp {
	return []commandHelp{
		{verb: verbToggle, shown: "1 3-7", text: "mark these rows, or unmark those that are marked"},
		{verb: verbMark, words: []string{"m", "mark"}, shown: "m 1 3-7", text: "mark these rows; m alone marks the page", counted: true},
		{verb: verbUnmark, words: []string{"u", "unmark"}, shown: "u 1 3-7", text: "unmark these rows", counted: true},
		{verb: verbAll, words: []string{"a", "all"}, shown: "a, all", text: "mark all on the list that can be imported; again unmarks them"},
		{verb: verbClear, words: []string{"A", "clear"}, shown: "A, clear", text: "unmark everything"},
		{verb: verbImport, words: []string{"i", "import"}, shown: "i, import", text: "import what is marked, after a review"},
		{verb: verbRetry, words: []string{"R", "retry"}, shown: "R, retry", text: "try again what failed, after a review"},
		{verb: verbResume, words: []string{"resume"}, shown: "resume", text: "go on with an unfinished import"},
		{verb: verbAuto, words: []string{"t", "auto"}, shown: "t, auto", text: "auto-import on or off, after a review"},
		{verb: verbList, words: []string{"l", "list"}, shown: "l, list", text: "list this page as things are now"},
		{verb: verbNext, words: []string{"n", "next"}, shown: "n, next", text: "next page"},
		{verb: verbPrevious, words: []string{"p", "previous", "prev"}, shown: "p, previous", text: "page before"},
		{verb: verbGo, words: []string{"g", "go", "page"}, shown: "g 4, page 4", text: "page 4", counted: true},
		{verb: verbFilter, words: []string{"filter"}, shown: "/words, filter words", text: "list what the words mean; / alone clears the filter", spoken: true},
		{verb: verbFacet, words: []string{"f", "facet"}, shown: "f new, f 2", text: "list only all, new, imported, failed, selected: 1 to 5", spoken: true},
		{verb: verbSort, words: []string{"s", "sort"}, shown: "s owner", text: "sort by name, owner, type, lifecycle, namespace or status; s -owner the other way, s catalog as the catalog has it", spoken: true},
		{verb: verbDetail, words: []string{"d", "details", "detail"}, shown: "d 3", text: "everything about row 3: what would be sent, and why its status is what it is", counted: true},
		{verb: verbRefresh, words: []string{"r", "refresh"}, shown: "r, refresh", text: "read the catalog and Conviso's assets again"},
		{verb: verbConnection, words: []string{"c", "connection", "status"}, shown: "c, connection", text: "what is connected to what, how old the data is, auto-import"},
		{verb: verbMessages, words: []string{"@", "messages"}, shown: "@, messages", text: "what was said, again"},
		{verb: verbWait, words: []string{"wait"}, shown: "wait", text: "take the next line when nothing is being read or imported any more"},
		{verb: verbHelp, words: []string{"?", "h", "help"}, shown: "?, help", text: "this list"},
		{verb: verbQuit, words: []string{"q", "quit", "exit"}, shown: "q, quit", text: "leave; asks while an import is under way"},
	}
}

// span is a range of row numbers, both ends included, from at most to.
type span struct{ from, to int }

// command is a line as it was understood.
type command struct {
	verb  verb
	spans []span
	text  string
	// problem says in a sentence what was not understood.
	problem string
}

// parse understands a line. Any text is a line.
func parse(line string) command {
	line = strings.TrimSpace(line)
	first, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case line == "":
		return command{verb: verbNothing}
	case line[0] == '/':
		return command{verb: verbFilter, text: strings.TrimSpace(line[1:])}
	case isDigit(line[0]):
		return counted(command{verb: verbToggle}, line)
	}
	for _, c := range commands() {
		if named(c.words, first) {
			return c.with(rest)
		}
		// "d3" is as clear as "d 3".
		if letter, size := utf8.DecodeRuneInString(first); c.counted && rest == "" && len(first) > size &&
			slices.Contains(c.words, string(letter)) && isDigit(first[size]) {
			return c.with(first[size:])
		}
	}
	return command{verb: verbUnclear, problem: "That is no command: ? lists them, and / begins a filter."}
}

// named says whether a word asks for the command that the words belong to.
func named(words []string, word string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return w == word || (len(w) > 1 && strings.EqualFold(w, word))
	})
}

// with is the command with what follows its word.
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

// How many ranges a line may name, and the largest number in them.
const (
	mostSpans  = 1000
	mostNumber = 100_000_000
)

// counted reads numbers and ranges: "1 3-7, 9".
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
