package lines

// commandHelp is a command. Single letters are case-sensitive, since "a" and "A" differ; words are not.
type commandHelp struct {
	verb               verb
	words              []string
	shown, group, text string
	// counted commands take row numbers, spoken ones any text.
	counted, spoken bool
}

// commands are in the order of the help.
func commands() []commandHelp {
	const mark, send, look, move, leave = "Mark", "Import", "Look", "Move", "Leave"
	return []commandHelp{
		{verb: verbToggle, group: mark, shown: "1 3-7", text: "mark these rows, or unmark those that are marked"},
		{verb: verbMark, group: mark, words: []string{"m", "mark"}, shown: "m 1 3-7", text: "mark these rows; m alone marks the page", counted: true},
		{verb: verbUnmark, group: mark, words: []string{"u", "unmark"}, shown: "u 1 3-7", text: "unmark these rows", counted: true},
		{verb: verbAll, group: mark, words: []string{"a", "all"}, shown: "a, all", text: "mark all on the list that can be imported; again unmarks them"},
		{verb: verbClear, group: mark, words: []string{"A", "clear"}, shown: "A, clear", text: "unmark everything"},
		{verb: verbUndo, group: mark, words: []string{"z", "undo"}, shown: "z, undo", text: "take the latest change of the marks back"},
		{verb: verbRedo, group: mark, words: []string{"Z", "redo"}, shown: "Z, redo", text: "redo the change that was undone"},
		{verb: verbImport, group: send, words: []string{"i", "import"}, shown: "i, import", text: "import what is marked, after a review"},
		{verb: verbPause, group: send, words: []string{"pause"}, shown: "pause", text: "pause the import: no new batch is sent until resume"},
		{verb: verbStop, group: send, words: []string{"stop"}, shown: "stop", text: "stop the import after what is on its way; the rest stays queued"},
		{verb: verbDrop, group: send, words: []string{"drop"}, shown: "drop 1 3-7, drop all", text: "take back what waits of these rows, or everything that waits, before it is sent", spoken: true},
		{verb: verbResume, group: send, words: []string{"resume", "go on"}, shown: "resume, go on", text: "go on after a pause, or with an unfinished import"},
		{verb: verbReasons, group: send, words: []string{"reasons"}, shown: "reasons", text: "what failed, each with its whole reason"},
		{verb: verbRetry, group: send, words: []string{"R", "retry"}, shown: "R, retry", text: "try again what failed, after a review"},
		{verb: verbAuto, group: send, words: []string{"t", "auto"}, shown: "t, auto", text: "auto-import on or off, after a review"},
		{verb: verbWait, group: send, words: []string{"wait"}, shown: "wait", text: "take the next line when nothing is being read or imported any more"},
		{verb: verbAdopt, group: send, words: []string{"adopt"}, shown: "adopt", text: "take over a queue that was copied from another machine"},
		{verb: verbFilter, group: look, words: []string{"filter"}, shown: "/words, filter words", text: "list what the words mean; / alone clears the filter", spoken: true},
		{verb: verbFacet, group: look, words: []string{"f", "facet"}, shown: "f new, f 2", text: "list only all, new, imported, failed, selected, clash, gone: 1 to 7", spoken: true},
		{verb: verbSort, group: look, words: []string{"s", "sort"}, shown: "s owner", text: "sort by name, owner, type, lifecycle, namespace or status; s -owner the other way, s catalog as the catalog has it", spoken: true},
		{verb: verbKind, group: look, words: []string{"kind"}, shown: "kind api", text: "list entities of these kinds, such as kind api,component; kind alone says which they are", spoken: true},
		{verb: verbDetail, group: look, words: []string{"d", "details", "detail"}, shown: "d 3", text: "everything about row 3: what would be sent, where it comes from, and why its status is what it is", counted: true},
		{verb: verbExport, group: look, words: []string{"export"}, shown: "export FILE", text: "write what is listed to a new file, .csv or .json", spoken: true},
		{verb: verbRefresh, group: look, words: []string{"r", "refresh"}, shown: "r, refresh", text: "read the catalog and Conviso's assets again"},
		{verb: verbAccept, group: look, words: []string{"accept"}, shown: "accept", text: "take a list that lost most of its entries for right"},
		{verb: verbConnection, group: look, words: []string{"c", "connection", "status"}, shown: "c, connection", text: "what is connected to what, how old the data is, auto-import, how the import goes"},
		{verb: verbMessages, group: look, words: []string{"@", "messages"}, shown: "@, messages", text: "what was said, again"},
		{verb: verbHelp, group: look, words: []string{"?", "h", "help"}, shown: "?, help", text: "this list; ? import only what holds the word", spoken: true},
		{verb: verbList, group: move, words: []string{"l", "list"}, shown: "l, list", text: "list this page as things are now"},
		{verb: verbNext, group: move, words: []string{"n", "next"}, shown: "n, next", text: "next page"},
		{verb: verbPrevious, group: move, words: []string{"p", "previous", "prev"}, shown: "p, previous", text: "page before"},
		{verb: verbGo, group: move, words: []string{"g", "go", "page"}, shown: "g 4, page 4", text: "page 4", counted: true},
		{verb: verbCompany, group: leave, words: []string{"company"}, shown: "company ID", text: "go to another company, by its id or name; company alone says which there are", spoken: true},
		{verb: verbQuit, group: leave, words: []string{"q", "quit", "exit"}, shown: "q, quit", text: "leave; asks while an import is under way"},
	}
}
