package conformance

import (
	"slices"
	"strings"
	"time"

	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/text"
)

// stories are everything that is compared.
func stories() []story {
	return slices.Concat(bulkStories(), namedStories(), leftOutStories(), earlierStories(), refusalStories(), typoStories(), lostStories(), elsewhereStories())
}

// What a dry run lists among the skipped, and a front end with a list says when it marks in bulk:
// these are not even asked for then.
const (
	sameName = "review 1: 2 skipped: same name (asset 1 has this name, and 2 entities share it 2)"
	twin     = "review 1: 1 skipped: another entity of the same name goes first (component:default/ledger of the same name goes first 1)"
)

// bulkStories import whatever may go of a list.
func bulkStories() []story {
	return []story{
		{
			name:     "everything new",
			table:    typed("a", "5 marked, 3 skipped: same name, 1 opted out", "i", "y imports 5", "y", "Import finished"),
			lines:    typed("a", "5 marked, 3 skipped: same name, 1 opted out", "i", "yes imports 5", "yes", "Import finished"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 3)},
			sent:     "batch billing checkout ledger",
			apart:    []difference{{front: commands, has: []string{sameName, twin}}},
		},
		{
			name:     "only looked at",
			table:    typed("a", "5 marked", "i", "y imports 5", "esc", "10 of 10"),
			lines:    typed("a", "5 marked", "i", "yes imports 5", "no", "Nothing was sent"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new --dry-run -o json", 0)},
			apart:    []difference{{front: commands, has: []string{sameName, twin}}},
		},
		{
			name: "everything new, twice",
			table: typed("a", "5 marked", "i", "y imports 5", "y", "Import finished", "esc", "10 of 10", "A", "1 unmarked",
				"2", "1 of 10", "a", "0 marked, 1 opted out", "i", "Nothing is marked"),
			lines: typed("a", "5 marked", "i", "yes imports 5", "yes", "Import finished", "A", "unmarked",
				"f new", "Only new", "a", "opted out", "i", "Nothing is marked"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 3),
				run("import --all-new --dry-run", 0), run("import --all-new", 0)},
			sent: "batch billing checkout ledger",
			// The figure of failures is that of the last import, which table and line mode did not begin.
			apart: []difference{{front: commands,
				has: []string{sameName, twin, "0 failed", "review 2:  go",
					"review 2: 1 skipped: annotated to stay out of bulk imports (conviso.com/import says no 1)",
					"review 2: 3 skipped: same name (asset 1 has this name, and 2 entities share it 2, asset 88004 of this name belongs to component:default/ledger 1)"},
				lacks: []string{"1 failed"}}},
		},
		{
			name:     "what a query means",
			table:    typed("/owner:team-pay enter", "8 of 10", "a", "3 marked, 3 skipped: same name, 1 opted out", "i", "y imports 3", "y", "Import finished"),
			lines:    typed("/owner:team-pay", "of 8", "a", "3 marked, 3 skipped: same name, 1 opted out", "i", "yes imports 3", "yes", "Import finished"),
			commands: []step{run("import --query owner:team-pay --dry-run", 0), run("import --query owner:team-pay", 3)},
			sent:     "billing ledger",
			apart: []difference{{front: commands, has: []string{sameName, twin,
				"review 1: 1 skipped: imported already (matched by name only 1)"}}},
		},
		{
			name:     "another kind",
			table:    typed(":kind space api enter", "1 of 1", "a", "1 marked", "i", "y imports 1", "y", "Import finished"),
			lines:    typed("kind api", "of 1.", "a", "1 marked", "i", "yes imports 1", "yes", "Import finished"),
			commands: []step{run("import --kind api --all-new --dry-run", 0), run("import --kind api --all-new", 0)},
			sent:     "api:default/orders",
		},
		{
			name: "two kinds",
			table: typed(":kind space api,component enter", "11 of 11", "/team-shop enter", "3 of 11", "a", "3 marked",
				"i", "y imports 3", "y", "Import finished"),
			lines: typed("kind api,component", "of 11.", "/team-shop", "of 3.", "a", "3 marked",
				"i", "yes imports 3", "yes", "Import finished"),
			commands: []step{run("import --kind api --kind component --query team-shop --dry-run", 0),
				run("import --kind api --kind component --query team-shop", 0)},
			sent: "api:default/orders batch checkout",
		},
	}
}

// namedStories import entities that were picked one by one.
func namedStories() []story {
	return []story{
		{
			name:     "two by name, one of them of a shared name",
			table:    typed("j space", "1 selected", "j j j space", "2 selected", "i", "y imports 2", "y", "Import finished"),
			lines:    typed("2 5", "2 marked", "i", "yes imports 2", "yes", "Import finished"),
			commands: []step{run("import billing component:legacy/ledger --dry-run", 0), run("import billing component:legacy/ledger", 0)},
			sent:     "billing legacy/ledger",
		},
		{
			name:     "by name, what bulk imports leave alone",
			table:    typed("G k space", "1 selected", "k space", "2 selected", "i", "y imports 2", "y", "Import finished"),
			lines:    typed("8 9", "2 marked", "i", "yes imports 2", "yes", "Import finished"),
			commands: []step{run("import component:legacy/portal private --dry-run", 0), run("import component:legacy/portal private", 0)},
			sent:     "legacy/portal private",
		},
		{
			name: "by name, what the list does not show any more",
			table: typed(":filter space private enter", "1 of 10", "space", "1 selected", ":filter space batch enter", "/ batch",
				"space", "2 selected", "i", "y imports 2", "y", "Import finished"),
			lines: typed("/private", "of 1.", "1", "1 marked", "/batch", "of 1.", "1", "2 marked",
				"i", "yes imports 2", "yes", "Import finished"),
			commands: []step{run("import private batch --dry-run", 0), run("import private batch", 0)},
			sent:     "batch private",
			// A command has no list that could hide anything.
			apart: []difference{{front: commands, lacks: []string{"review 1: 1 not on the list as it is filtered now"}}},
		},
		{
			name: "a failure, tried again",
			table: slices.Concat(typed("G space", "1 selected", "i", "y imports 1", "y", "Import finished"),
				[]step{{happens: forgives}}, typed("R", "y imports 1", "y", "Import finished")),
			lines: slices.Concat(typed("10", "1 marked", "i", "yes imports 1", "yes", "Import finished"),
				[]step{{happens: forgives}}, typed("R", "yes imports 1", "yes", "Import finished")),
			commands: []step{run("import refused --dry-run", 0), run("import refused", 3),
				{happens: forgives}, run("import refused --dry-run", 0), run("import refused", 0)},
			sent: "refused",
		},
	}
}

// leftOutStories are about what bulk imports leave out, and about entities that share a repository.
func leftOutStories() []story {
	add := func(w *world) { w.leftOut() }
	const query = "import --query owner:team-left"
	return []story{
		{
			name:     "opted out, an orphan and a shared repository",
			prepare:  add,
			table:    typed("/owner:team-left enter", " 5 of 15", "a", "1 marked, 1 opted out, 1 orphan, 2 covered by the same repository", "i", "y imports 1", "y", "Import finished"),
			lines:    typed("/owner:team-left", "of 5", "a", "1 marked, 1 opted out, 1 orphan, 2 covered by the same repository", "i", "yes imports 1", "yes", "Import finished"),
			commands: []step{run(query+" --dry-run", 0), run(query, 0)},
			sent:     "mono-a",
			says:     []string{"3 entities share 1 repository", "nope"},
		},
		{
			name:     "a shared repository, the next time",
			prepare:  func(w *world) { w.leftOut(); w.promise("component:default/mono-c") },
			table:    typed("/owner:team-left enter", " 5 of 15", "a", "0 marked, 1 opted out, 1 orphan, 2 covered by the same repository", "u", "Import finished"),
			lines:    typed("/owner:team-left", "of 5", "a", "0 marked, 1 opted out, 1 orphan, 2 covered by the same repository", "resume", "Import finished"),
			commands: []step{run(query, 0), run("resume", 0)},
			sent:     "mono-c",
		},
		{
			name:     "a shared repository, all of it by the setting",
			prepare:  add,
			sharing:  "send",
			table:    typed("/owner:team-left enter", " 5 of 15", "a", "3 marked, 1 opted out, 1 orphan", "i", "y imports 3", "y", "Import finished"),
			lines:    typed("/owner:team-left", "of 5", "a", "3 marked, 1 opted out, 1 orphan", "i", "yes imports 3", "yes", "Import finished"),
			commands: []step{run(query+" --dry-run", 0), run(query, 0)},
			sent:     "mono-a mono-b mono-c",
		},
		{
			name:     "a shared repository, chosen in the review",
			prepare:  add,
			table:    typed("/owner:team-left enter", " 5 of 15", "a", "1 marked", "i", "y imports 1", "s", "y imports 3", "y", "Import finished"),
			lines:    typed("/owner:team-left", "of 5", "a", "1 marked", "i", "yes imports 1", "share", "yes imports 3", "yes", "Import finished"),
			commands: []step{run(query+" --dry-run", 0), run("import mono-a mono-b mono-c --dry-run", 0), run("import mono-a mono-b mono-c", 0)},
			sent:     "mono-a mono-b mono-c",
			// Commands have no review; there whoever wants all of them names them.
			apart: []difference{{front: commands,
				has: []string{"review 2: 3 entities share 1 repository; they go as they were marked or named, one by one"},
				lacks: []string{"review 2: 3 entities share 1 repository; all of them go", "review 2: 1 skipped: orphan of the catalog (backstage.io/orphan: its location does not name it any more 1)",
					"review 2: 1 skipped: annotated to stay out of bulk imports (conviso.com/import: \"nope\" is not understood, so it counts as no 1)"}}},
		},
		{
			name:     "by hand, what bulk imports leave out",
			prepare:  add,
			table:    typed("/owner:team-left enter", " 5 of 15", "space", "1 selected", "j space", "2 selected", "j space", "3 selected", "j space", "4 selected", "i", "y imports 4", "y", "Import finished"),
			lines:    typed("/owner:team-left", "of 5", "1 2 3 4", "4 marked", "i", "yes imports 4", "yes", "Import finished"),
			commands: []step{run("import left-nope left-orphan mono-a mono-b --dry-run", 0), run("import left-nope left-orphan mono-a mono-b", 0)},
			sent:     "left-nope left-orphan mono-a mono-b",
			says:     []string{"nope", "2 entities share 1 repository"},
		},
	}
}

// earlierStories go on from what an earlier run has left.
func earlierStories() []story {
	unfinished := func(w *world) { w.promise("component:default/billing", "component:legacy/ledger") }
	failed := func(w *world) { w.fail("component:default/refused", "component:default/private") }
	sibling := func(w *world) { w.fail("component:legacy/ledger") }
	late := func(w *world) {
		w.promise("component:default/billing")
		w.taken(time.Hour)
	}
	return []story{
		{
			name:     "an unfinished import, resumed",
			prepare:  unfinished,
			table:    typed("u", "Import finished"),
			lines:    typed("resume", "Import finished"),
			commands: []step{run("resume", 0)},
			sent:     "billing legacy/ledger",
		},
		{
			name:     "an unfinished import, one taken back",
			prepare:  unfinished,
			table:    typed("/billing enter", "1 of ", "D", "Take 1 entity back? It leaves the queue unsent.", "y", "1 entity taken back.", "u", "Import finished"),
			lines:    typed("/billing", "of 1.", "drop 1", "Take 1 entity back? It leaves the queue unsent.", "yes", "1 entity taken back.", "resume", "Import finished"),
			commands: []step{run("queue drop billing", 0), run("resume", 0)},
			sent:     "legacy/ledger",
			says:     []string{"taken back"},
		},
		{
			name:     "an unfinished import, all of it taken back",
			prepare:  unfinished,
			table:    typed("/status:queued enter", "2 of ", "v G D", "Take 2 entities back?", "y", "2 entities taken back."),
			lines:    typed("drop all", "Take 2 entities back?", "yes", "2 entities taken back."),
			commands: []step{run("queue drop --all", 0)},
			says:     []string{"taken back"},
		},
		{
			name:     "an unfinished import, goes along with everything new",
			prepare:  unfinished,
			table:    typed("a", "4 marked", "i", "y imports 3", "y", "Import finished"),
			lines:    typed("a", "4 marked", "i", "yes imports 3", "yes", "Import finished"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 3)},
			sent:     "batch billing checkout legacy/ledger",
			apart:    []difference{{front: commands, has: []string{sameName}}},
		},
		{
			name:     "failed before, with everything new",
			prepare:  failed,
			table:    typed("a", "5 marked, 3 skipped: same name, 1 opted out", "i", "y imports", "y", "Import finished"),
			lines:    typed("a", "5 marked, 3 skipped: same name, 1 opted out", "i", "yes imports", "yes", "Import finished"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 0)},
			sent:     "batch billing checkout ledger refused",
			// A list marks what is new or failed; --all-new means what is new, and status:failed the rest.
			apart: []difference{{front: commands,
				has: []string{"sent: batch billing checkout ledger", sameName, twin, "review 1: 4 go",
					"queue component:default/refused: failed, sent 1 times, refused: tags has invalid value"},
				lacks: []string{"sent: batch billing checkout ledger refused", "review 1: 5 go",
					"queue component:default/refused: imported, sent 1 times",
					"review 1: 1 failed before, tried again (tags has invalid value 1)",
					"review 1: 1 skipped: annotated to stay out of bulk imports (conviso.com/import says no 1)"}}},
		},
		{
			name:     "failed before, all of that again",
			prepare:  failed,
			table:    typed("R", "y imports", "y", "Import finished"),
			lines:    typed("R", "yes imports", "yes", "Import finished"),
			commands: []step{run("import --query status:failed --dry-run", 0), run("import --query status:failed", 0)},
			sent:     "private refused",
			// What is tried again in a list counts as named one by one, what a query means as a group.
			apart: []difference{{front: commands,
				has: []string{"sent: refused", "queue component:default/private: failed, sent 1 times, private: tags has invalid value",
					"review 1: 1 go", "review 1: 1 failed before, tried again (tags has invalid value 1)",
					"review 1: 1 skipped: annotated to stay out of bulk imports (conviso.com/import says no 1)"},
				lacks: []string{"sent: private refused", "queue component:default/private: imported, sent 1 times",
					"review 1: 2 go", "review 1: 2 failed before, tried again (tags has invalid value 2)",
					"review 1: 1 annotated to stay out of bulk imports, marked or named one by one",
					"review 1: 1 without a repository URL"}}},
		},
		{
			name:     "the other of that name was refused before",
			prepare:  sibling,
			table:    typed("j j j space", "1 selected", "i", "y imports 1", "y", "Import finished"),
			lines:    typed("4", "1 marked", "i", "yes imports 1", "yes", "Import finished"),
			commands: []step{run("import component:default/ledger --dry-run", 0), run("import component:default/ledger", 0)},
			sent:     "ledger",
		},
		{
			name:     "late, is no unfinished work",
			prepare:  late,
			table:    typed("u", "No import has run", "j space", "accepted already"),
			lines:    typed("resume", "othing", "2", "accepted already"),
			commands: []step{run("resume", 3)},
			// Resume looks for it once and lists it; its exit code says the same.
			apart: []difference{{front: commands, has: []string{"1 pending"}, lacks: []string{"0 pending"}}},
			says:  []string{"taken by Conviso"},
		},
		{
			name:     "late, named",
			prepare:  late,
			table:    typed("j space", "accepted already"),
			lines:    typed("2", "accepted already"),
			commands: []step{run("import billing --dry-run", 0), run("import billing", 0)},
			// A list marks nothing that is pending; it names the command that sends a late item again.
			apart: []difference{{front: commands,
				has: []string{"sent: billing", "queue component:default/billing: imported, sent 1 times", "review 1: 1 go",
					"review 1: 1 taken by Conviso before and never seen; sent again, they may be made twice"},
				lacks: []string{"sent: ", "queue component:default/billing: accepted, sent 1 times"}}},
			says: []string{"taken by Conviso"},
		},
		{
			name:     "late, everything new is imported",
			prepare:  late,
			table:    typed("a", "4 marked", "i", "y imports 4", "y", "Import finished"),
			lines:    typed("a", "4 marked", "i", "yes imports 4", "yes", "Import finished"),
			commands: []step{run("import --all-new --dry-run", 0), run("import --all-new", 3)},
			sent:     "batch checkout ledger",
			apart:    []difference{{front: commands, has: []string{sameName, twin}}},
		},
	}
}

// refusalStories are about what is not sent.
func refusalStories() []story {
	return []story{
		{
			name:     "the platform is down",
			down:     true,
			table:    typed("a", "Nothing was marked", "j space", "1 selected", "i", "! Read the assets", "esc", "10 of 10"),
			lines:    typed("a", "Nothing was marked", "2", "1 marked", "i", "! "),
			commands: []step{run("import --all-new", 5), run("import billing", 5)},
			says:     []string{"127.0.0.1:1 cannot be reached (the connection was refused)"},
		},
		{
			name: "the key is refused while it is sent",
			prepare: func(w *world) {
				w.platform.Fail(faulty.First(100, importing, faulty.JSON(401, `{"error":"Invalid API key"}`)))
			},
			table:    typed("j space", "1 selected", "i", "y imports 1", "y", "Import stopped"),
			lines:    typed("2", "1 marked", "i", "yes imports 1", "yes", "! "),
			commands: []step{run("import billing --dry-run", 0), run("import billing", 4)},
			says:     []string{"is refused by Conviso", "Invalid API key"},
		},
		{
			name:     "an answer is lost",
			prepare:  func(w *world) { w.platform.Fail(faulty.First(1, importing, faulty.Unanswered())) },
			table:    typed("j space", "1 selected", "i", "y imports 1", "y", "Import finished"),
			lines:    typed("2", "1 marked", "i", "yes imports 1", "yes", "Import finished"),
			commands: []step{run("import billing --dry-run", 0), run("import billing", 0)},
			sent:     "billing",
		},
		{
			name:     "read-only",
			readOnly: true,
			table:    typed("a", "5 marked", "i", "read-only: nothing is sent"),
			lines:    typed("a", "5 marked", "i", "read-only: nothing is sent"),
			commands: []step{run("import --all-new", 2), run("import billing", 2), run("resume", 0)},
			says:     []string{"read-only"},
		},
		{
			name:     "read-only, with an unfinished import",
			readOnly: true,
			prepare: func(w *world) {
				w.readOnly = false
				w.promise("component:default/billing")
				w.readOnly = true
			},
			table:    typed("u", "read-only: nothing is sent or changed. (1 more: @)"),
			lines:    typed("resume", "read-only: nothing is sent"),
			commands: []step{run("resume", 2)},
			says:     []string{"read-only"},
		},
	}
}

// importing matches what sends entities to the platform.
func importing(r faulty.Request) bool { return faulty.Operation("importAssetToIntegration")(r) }

// forgives has the platform refuse nothing any more.
func forgives(w *world) { w.platform.SetReject(nil) }

// typoStories ask for everything that matches a filter with a mistake. Nothing is sent, and what was meant is named.
func typoStories() []story {
	var all []story
	for _, typo := range []struct{ query, says string }{
		{"!typ:job", `unknown field typ; did you mean type? Text with a colon is quoted: "typ:job"`},
		{"onwer:x", "unknown field onwer; did you mean owner?"},
		{"status:nwe", "unknown value nwe in status:nwe; did you mean new?"},
		{"is:foo", "unknown value foo in is:foo; it takes selected"},
		{"owner:", "owner: has no value; owner:- finds entities that have none"},
	} {
		off := "Off until the filter is mended"
		if typo.query != "!typ:job" && typo.query != "owner:" {
			off = "o row is on the list" // Such a filter finds nothing in the table.
		}
		all = append(all, story{
			name:     "a typo, " + strings.ReplaceAll(typo.query, ":", " "),
			table:    typed("/"+typo.query+" enter", text.Sentence(typo.says), "a", off, "i", "othing is marked"),
			lines:    typed("/"+typo.query, "! "+text.Sentence(typo.says), "a", "Off until the filter is mended", "i", "othing is marked"),
			commands: []step{run("import --query "+typo.query, 2), run("list "+typo.query, 2)},
			says:     []string{typo.says},
		})
	}
	return all
}
