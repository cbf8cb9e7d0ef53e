package lines

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/printout"
)

// mixed is the bank with an API beside its components.
func mixed() *fakeEngine {
	f := bank()
	api := entity("pix-api", "team-pay", "openapi", "production")
	api.Ref, api.Kind = catalog.NewRef("api", "", "pix-api"), "API"
	f.entities = append(f.entities, api)
	return f
}

// TestKinds: a change of kinds drops marks of other kinds.
func TestKinds(t *testing.T) {
	for _, cached := range []bool{false, true} {
		f := mixed()
		f.cached = cached
		within(t, f, nil, func(s *script) {
			s.write("kind", "The list has Component.")
			s.write("kind a/b", "is not a kind of entity")
			s.write("1 2")
			s.write(":kind api", "2 entities of other kinds were unmarked.", "Kind API.", "1  new        pix-api")
			// What was read of the connection is not of a kind.
			s.write("c", "Auto-import: off (flag read just now).")
			s.write("1", "1 marked in all.")
			s.write("kind component,api", "rows 1 to 7 of 7", "Kind API and Component.", "7 [x]  new        pix-api")
			s.write("kind group", "1 entity of other kinds was unmarked.", "No Group in this catalog. Try :kind api, or --kind.")
			s.write("kind component", "rows 1 to 6 of 6")
		})
	}
	f := mixed()
	f.id.Offline = true
	within(t, f, nil, func(s *script) {
		s.says("Offline, and no Component was read before")
		s.write("kind api", "Offline, and no API was read before")
		s.write("a", "Nothing is read yet")
	})
}

// TestKindsDropOldReads: late results of the old list are ignored.
func TestKindsDropOldReads(t *testing.T) {
	f := mixed()
	f.cached, f.holdCatalog = true, true
	within(t, f, nil, func(s *script) {
		s.write("kind api", "1  new        pix-api")
		close(f.release)
		s.write("wait")
		if out := s.write("l", "rows 1 to 1 of 1"); strings.Contains(out, "checkout") {
			t.Errorf("it lists\n%s", out)
		}
	})
}

// TestCompany: the next run gets the list's state and the lines that were read ahead.
func TestCompany(t *testing.T) {
	f := mixed()
	f.companies = []conviso.Company{f.id.Company, {ID: "2001", Label: "Acme Seguros"}, {ID: "2002", Label: "Acme Labs"}}
	var in *Input
	within(t, f, func(o *Options) { in = o.Input }, func(s *script) {
		s.write("company", "This is company 1042 Acme Bank. The key sees 1042 Acme Bank, 2001 Acme Seguros, 2002 Acme Labs.")
		s.write("company acme", `"acme" may be`)
		s.write("company 7", `The key sees no company "7".`)
		s.write("company 1042", "This is company 1042 Acme Bank already.")
		s.write("kind api")
		_, _ = io.WriteString(s.in, "/pix\ncompany seg\nq\n")
		s.gone()
		o := s.outcome
		if o.Company.ID != "2001" || o.Filter != "pix" || !slices.Equal(o.Kinds, []string{"api"}) {
			t.Errorf("%+v, %v", o, s.err)
		}
		if len(in.ahead) > 1 || len(in.ahead) == 1 && in.next().text != "q" {
			t.Errorf("read ahead: %+v", in.ahead)
		}
	})
	within(t, bank(), func(o *Options) {
		o.Filter, o.Words = "payment", []string{"This is company 1042 Acme Bank now."}
		o.Input.ahead = []inputLine{{text: "1"}}
	}, func(s *script) {
		s.says("This is company 1042 Acme Bank now.", "Filter: payment", "1 marked in all.")
	})
	f = bank()
	f.holdDrain = true
	within(t, f, nil, func(s *script) {
		s.write("1")
		s.write("i")
		s.write("yes")
		s.write("company 2001", "An import is under way.")
	})
	f = bank()
	f.id.Offline = true
	within(t, f, nil, func(s *script) { s.write("company", "offline: run it without --offline to change the company.") })
}

// TestTerminalMessages: what the terminal sends by itself is no part of a command.
func TestTerminalMessages(t *testing.T) {
	const colour, version = "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1bP>|kitty(0.46.2)\x1b\\"
	within(t, mixed(), nil, func(s *script) {
		s.write(version+"1", "1 marked in all.")
		s.write("u "+colour+"1", "1 unmarked.")
		s.write("/payment"+version+"\x1b[A", "Filter: payment")
	})
}

// TestExport: an export has the listed rows with their current status.
func TestExport(t *testing.T) {
	var written []printout.Item
	var name string
	change := func(o *Options) {
		o.Export = func(asked string, items []printout.Item) (string, error) {
			if name, written = asked, items; strings.HasSuffix(asked, ".txt") {
				return "", errors.New("nothing was written: list.txt ends neither in .csv nor in .json")
			}
			return "/home/me/" + asked, nil
		}
	}
	within(t, bank(), change, func(s *script) {
		s.write("/payment")
		s.write("export my list.csv", "5 rows written to /home/me/my list.csv, readable by you alone.")
		if len(written) != 5 || written[3].Status != "imported" {
			t.Errorf("written: %+v", written)
		}
		s.write("export list.txt", "! Nothing was written: list.txt ends")
		if s.write("export"); name != "conviso-importer-20261123-0640.csv" {
			t.Errorf("it is called %q", name)
		}
	})
	within(t, bank(), nil, func(s *script) { s.write("export x.csv", "Files cannot be written from here.") })
}

// TestUndo: marks can be undone and redone.
func TestUndo(t *testing.T) {
	f := bank()
	within(t, f, nil, func(s *script) {
		s.write("z", "Nothing is left to undo.")
		s.write("1 2")
		s.write("A", "2 unmarked.")
		s.write("z", "Undone: 2 marked. 2 marked in all.")
		s.write("undo", "Undone: 2 unmarked. Nothing is marked.")
		s.write("redo", "Redone: 2 marked.")
		s.write("i")
		s.write("yes", "Import finished")
		s.write("z", "Nothing is left to undo. Nothing is marked.")
		s.write("3 4")
		s.write("A")
		s.write("i", "Nothing is marked")
		s.write("f imported")
		f.mu.Lock()
		f.assets = append(f.assets, conviso.Asset{ID: "9", Name: "payment-portal"})
		f.mu.Unlock()
		s.write("r", "Everything is read")
		s.write("z", "Undone: 1 marked, 1 cannot be marked now. 1 marked in all.")
	})
}

// TestHelpSearch: the help can be searched.
func TestHelpSearch(t *testing.T) {
	within(t, bank(), nil, func(s *script) {
		s.write("?", "Mark:\n  1 3-7: ", "At a review:", "Status words:\n  new: ", "Filter:\n")
		if out := s.write("? pause", "Import:\n  pause: pause the import"); strings.Contains(out, "Mark:") {
			t.Errorf("it finds\n%s", out)
		}
		s.write("help plan FILE", "  save: save the plan as a file")
		s.write("?xyzzy", "Nothing in the help holds xyzzy.")
	})
}

// TestNothingListed: the message names the filter term to blame.
func TestNothingListed(t *testing.T) {
	within(t, bank(), nil, func(s *script) {
		s.write("/payment owner:team-x", `0 of 6 match; without "owner:team-x" 5 would. Filter: payment owner:team-x, / alone clears it.`)
		s.write("f new", `0 of 6 match among new; without "owner:team-x" 4 would.`)
		s.write("/status:nonsense", "! ")
	})
}
