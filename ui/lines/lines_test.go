package lines

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/secret"
)

// TestWholeJob: look, filter, mark, review, import, retry, quit.
func TestWholeJob(t *testing.T) {
	f := bank()
	f.refuse["payment-portal"] = "payment-portal: 422 tags has invalid value"
	within(t, f, nil, func(s *script) {
		s.says("Catalog: https://backstage.acme.test", "Conviso company: 1042 Acme Bank", "Environment: STAGING",
			"There are 6 in all, 5 new, 1 imported, 0 failed.", "\n1  new        checkout-api  team-shop  service\n",
			"\n5  imported   payment-risk  team-risk  service\n", "? help:\n")
		s.write("/payment", "rows 1 to 5 of 5", "Filter: payment", "1  new        payment-gateway")
		s.write("a", "4 marked. 4 marked in all.")
		s.write("l", "3 [x]  new        payment-portal")
		s.write("i", "Review: 4 entities to Conviso company 1042 Acme Bank, STAGING.",
			"Line 1: 1 lifecycle not in the map, sent as production (beta 1)", "Line 2: 1 type not in the map",
			"The first one: component:default/payment-gateway", "yes imports 4 entities, no goes back")
		s.write("l 1", `component:default/payment-ledger  lifecycle "beta" is sent as production`, "yes imports 4 entities")
		s.write("perhaps", "nothing was sent", "yes imports 4 entities")
		if f.submits != 0 {
			t.Fatal("something was sent without a yes")
		}
		s.write("yes", "Importing 4 entities.", "component:default/payment-portal failed: 422 tags has invalid value\n",
			"Import finished: 3 imported, 1 failed", "R tries what failed again.")
		s.write("f failed", "1 [x]  failed     payment-portal  team-pay  website  422 tags has invalid value")
		s.write("d 1", "status: failed", "why: payment-portal: 422", "What an import sends:", "type: web")
		delete(f.refuse, "payment-portal")
		s.write("R", "Review: 1 entity to", "Line 1: 1 failed before, tried again")
		s.write("yes", "Import finished: 1 imported, 0 failed")
		s.write("q")
		s.gone()
		if s.err != nil || s.outcome.Text != "1 imported, 0 failed, 0 not settled.\n" || f.submits != 2 {
			t.Errorf("%v, %+v, %d submits", s.err, s.outcome, f.submits)
		}
	})
}

// TestOwnMapping: the review counts values from the user's mapping and names the source of each.
func TestOwnMapping(t *testing.T) {
	f := bank()
	f.mapping = mapping.Tables{Lifecycle: map[string]string{"beta": "homologation"}}
	within(t, f, nil, func(s *script) {
		s.write("2 3 6")
		s.write("i", "Line 2: 1 mapped by your conviso.mapping (lifecycle beta -> homologation 1)")
		s.write("l 1", `component:default/payment-vault  type "lambda" is sent as api`)
		s.write("l 2", `component:default/payment-ledger  lifecycle "beta" is sent as homologation by conviso.mapping.lifecycle`)
	})
}

// TestDetailsOfWhatIsGone: the error says how to read the catalog again.
func TestDetailsOfWhatIsGone(t *testing.T) {
	f := bank()
	within(t, f, nil, func(s *script) {
		f.mu.Lock()
		f.entities = f.entities[1:]
		f.mu.Unlock()
		s.write("d 1", "! The catalog does not have it any more; r reads it again")
	})
}

// TestRefusedSecrets: the message names the setting and whether fixing the file is enough.
func TestRefusedSecrets(t *testing.T) {
	f := bank()
	f.catalogErr = fmt.Errorf("%w: no: %w", &secret.RefusedError{Setting: "BACKSTAGE_TOKEN_FILE", By: "Backstage", Rereads: true}, catalog.ErrAuth)
	within(t, f, nil, func(s *script) {
		s.says("! BACKSTAGE_TOKEN_FILE is refused by Backstage, mend the file, then r: no")
	})
	f = bank()
	f.integrationErr = fmt.Errorf("%w: no: %w", &secret.RefusedError{Setting: "CONVISO_API_KEY", By: "Conviso"}, conviso.ErrAuth)
	within(t, f, nil, func(s *script) {
		s.write("connection", "Its integration could not be read: CONVISO_API_KEY is refused by Conviso: no")
	})
}

// TestNumbers: numbers refer to the last list; one wrong number cancels the command.
func TestNumbers(t *testing.T) {
	f := bank()
	within(t, f, nil, func(s *script) {
		s.write("2-3,6 5", "3 marked. 5 is imported already. 3 marked in all.")
		s.write("2 2", "1 unmarked. 2 marked in all.")
		s.write("1-7", "There is no row 7; the list has 6. Nothing was done.")
		s.write("3-1", "is no number")
	})
	within(t, bank(), nil, func(s *script) {
		s.e.mu.Lock()
		s.e.entities = append([]catalog.Entity{entity("aaa-first", "team-a", "service", "production")}, s.e.entities...)
		s.e.mu.Unlock()
		s.write("r", "Everything is read: 7 in all", "l lists this page as it is now")
		s.write("1", "1 marked")
		s.write("l", "1  new        aaa-first", "2 [x]  new        checkout-api")
		s.write("u 2", "1 unmarked. Nothing is marked.")
		s.write("u", "u wants numbers")
		s.write("m", "6 marked")
		s.write("m", "6 unmarked")
		s.write("A", "0 unmarked")
	})
}

// TestProduction: only the number of entities agrees.
func TestProduction(t *testing.T) {
	f := bank()
	f.id.Environment = "production"
	within(t, f, nil, func(s *script) {
		s.says("Environment: PRODUCTION\n")
		s.write("a", "5 marked")
		s.write("i", "Type 5, the number of entities: that imports 5 entities into PRODUCTION.")
		s.write("yes", "nothing was sent")
		s.write("4", "nothing was sent")
		if f.submits != 0 {
			t.Fatal("something was sent")
		}
		s.write("no", "Nothing was sent.", "Command")
		s.write("i")
		s.write("5", "Import finished: 5 imported")
	})
}

// TestMany: a large import needs the number everywhere.
func TestMany(t *testing.T) {
	var many []catalog.Entity
	for i := range 101 {
		many = append(many, entity("svc-"+strings.Repeat("x", i+1), "team", "service", "production"))
	}
	within(t, newFake(many...), func(o *Options) { o.Rows = 50 }, func(s *script) {
		s.says("Page 1 of 3, rows 1 to 50 of 101.")
		s.write("n", "Page 2 of 3, rows 51 to 100 of 101.", "\n51  new")
		s.write("g3", "Page 3 of 3, rows 101 to 101")
		s.write("n", "There is no page 4; the last one is 3.")
		s.write("p", "Page 2 of 3")
		s.write("page 1", "Page 1 of 3")
		s.write("p", "first page")
		s.write("a", "101 marked")
		s.write("/svc-xxx")
		s.write("f selected", "Only selected")
		s.write("i", "Line 1: 2 not on the list as it is filtered now", "Type 101, the number")
	})
}

// TestNothingSent: every way of sending gives the reason why it is not possible.
func TestNothingSent(t *testing.T) {
	for name, set := range map[string]func(*importer.Identity){
		"read-only": func(id *importer.Identity) { id.ReadOnly = true },
		"offline":   func(id *importer.Identity) { id.Offline = true },
	} {
		f := bank()
		f.cached = true
		set(&f.id)
		f.queued = []importer.Item{{Ref: f.entities[1].Ref, State: importer.Queued}}
		within(t, f, nil, func(s *script) {
			s.says("Unfinished import", "Not resumed, "+name)
			s.write("a", "4 marked")
			for _, line := range []string{"i", "R", "t", "resume"} {
				s.write(line, name+": ")
			}
			if f.submits != 0 || f.checks != 0 {
				t.Errorf("%s: something was sent", name)
			}
		})
	}
}

// TestProgress: a line every few seconds, and the prompt again after it.
func TestProgress(t *testing.T) {
	f := bank()
	f.holdDrain = true
	within(t, f, nil, func(s *script) {
		s.write("a")
		s.write("i")
		s.write("y", "Importing 5 entities.", "Command, ? help:\n")
		s.write("i", "Nothing is marked")
		time.Sleep(progressEvery)
		synctest.Wait()
		if news := s.says("Importing 5 entities: 5 queued."); !strings.HasSuffix(news, "Command, ? help:\n") {
			t.Errorf("no prompt behind the news:\n%s", news)
		}
		time.Sleep(progressEvery)
		synctest.Wait()
		if news := s.news(); news != "" {
			t.Errorf("nothing has changed, and it says %q", news)
		}
		s.write("q", "Leave? 5 entities not sent.", "yes or no:")
		s.write("", "The import goes on.")
		s.write("wait")
		if news := s.write("c"); news != "" {
			t.Errorf("it did not wait: %q", news)
		}
		close(f.release)
		synctest.Wait()
		s.says("Import finished: 5 imported", "Its integration is 77")
		s.write("@", "06:40  Import finished", "06:40  Catalog: https")
		s.write("q")
		s.gone()
	})
}

// TestInputEnds: the end of the input quits, even during an import, and reports what is left.
func TestInputEnds(t *testing.T) {
	f := bank()
	f.holdDrain = true
	within(t, f, nil, func(s *script) {
		s.write("2")
		s.write("i")
		s.write("yes")
		_ = s.in.Close()
		s.gone()
		if s.err != nil || !strings.Contains(s.outcome.Text, "go on with: conviso-importer resume") || s.outcome.Pending != 1 {
			t.Errorf("%v, %+v", s.err, s.outcome)
		}
	})
}

// TestLeavingEarly: q and the end of the input do not wait for the first read.
func TestLeavingEarly(t *testing.T) {
	for _, end := range []func(*script){
		func(s *script) { s.write("q") },
		func(s *script) { _ = s.in.Close() },
	} {
		f := bank()
		f.holdCatalog = true
		within(t, f, nil, func(s *script) {
			time.Sleep(progressEvery)
			synctest.Wait()
			s.says("Still reading the catalog: 0 so far.")
			end(s)
			s.gone()
			if s.err != nil {
				t.Error(s.err)
			}
		})
	}
	f := bank()
	f.holdCatalog = true
	within(t, f, nil, func(s *script) {
		s.write("/payment")
		_ = s.in.Close()
		synctest.Wait()
		close(f.release)
		s.gone()
		s.says("Filter: payment")
	})
}

// TestReadAhead: each line of a script waits for what the one before started.
func TestReadAhead(t *testing.T) {
	f := bank()
	within(t, f, nil, func(s *script) {
		if _, err := io.WriteString(s.in, "/payment\na\r\ni\nyes\nwait\nq\n"); err != nil {
			t.Fatal(err)
		}
		s.gone()
		if s.err != nil || s.outcome.Text != "4 imported, 0 failed, 0 not settled.\n" {
			t.Errorf("%v, %+v\n%s", s.err, s.outcome, s.out.String())
		}
	})
}

// TestUnfinished: an unfinished import is offered, never sent by itself.
func TestUnfinished(t *testing.T) {
	f := bank()
	f.queued = []importer.Item{{Ref: f.entities[1].Ref, State: importer.Queued, AddedAt: time.Date(2026, 11, 23, 6, 10, 0, 0, time.UTC)}}
	within(t, f, nil, func(s *script) {
		s.says("Unfinished import from 06:10: 1 entity not sent. resume goes on with it.")
		s.write("resume", "Going on with the unfinished import", "Import finished: 1 imported")
		s.write("resume", "Nothing is left to send.")
	})
}

// TestAuto: auto-import starts after a review, checks at once and in time, and stops after a question.
func TestAuto(t *testing.T) {
	f := bank()
	within(t, f, nil, func(s *script) {
		s.write("t", "Review: 5 entities to Conviso company 1042 Acme Bank, STAGING now. After that, while this is open, what becomes new goes every 1h.",
			"yes switches auto-import on")
		s.write("yes", "Auto-import is on: every 1h", "5 entities queued", "Import finished: 5 imported")
		s.write("c", "Auto-import: on, every 1h, next at 07:40")
		f.mu.Lock()
		f.entities = append(f.entities, entity("zebra", "team-z", "service", "production"))
		f.mu.Unlock()
		time.Sleep(time.Hour)
		synctest.Wait()
		s.says("1 entity queued", "Import finished: 1 imported", "Command")
		s.write("t", "Switch auto-import off?")
		s.write("no", "stays on")
		s.write("t")
		s.write("yes", "Auto-import is off.")
		if f.checks != 2 {
			t.Errorf("%d checks", f.checks)
		}
	})
}

// TestTrouble: an unreachable catalog is reported with a hint and works once it answers.
func TestTrouble(t *testing.T) {
	f := bank()
	f.catalogErr = errors.Join(errors.New("read the catalog: it answered 502"), catalog.ErrUnavailable)
	within(t, f, nil, func(s *script) {
		s.says("! Offline since 06:40 (Backstage), r tries again: read the catalog: it answered 502", "r tries again", "Command")
		for _, line := range []string{"a", "1", "l", "i", "f new", "s owner", "/x", "/", "n", "d 1", "m", "c", "@", "?", "u 1", "g 1", "xyzzy", "  "} {
			s.write(line)
		}
		s.write("/", "Nothing is read yet")
		s.write("f all")
		f.mu.Lock()
		f.catalogErr = nil
		f.mu.Unlock()
		s.write("r", "The catalog is read: 6 entities.", "By owner.", "6  new        checkout-api")
	})
}

// TestAssetsNotRead checks that a read that brought nothing is not called a reading.
func TestAssetsNotRead(t *testing.T) {
	f := bank()
	f.assetsErr = errors.Join(errors.New("read the assets: it answered 502"), conviso.ErrUnavailable)
	within(t, f, nil, func(s *script) {
		s.says("! Offline since 06:40 (Conviso)", "? new")
		s.write("c", "The catalog was read just now, Conviso's assets not read.")
	})
}

// TestOrder: sorting and facets.
func TestOrder(t *testing.T) {
	within(t, bank(), nil, func(s *script) {
		s.write("s -owner", "By owner, descending.", "1  new        checkout-api")
		s.write("s status", "By status.", "6  imported   payment-risk")
		s.write("s catalog", "In the catalog's order.")
		s.write("s colour", "s wants one of name, owner")
		s.write("f 3", "Only imported", "1  imported   payment-risk")
		s.write("f nonsense", "f wants one of all, new")
		s.write("f all")
		s.write("/owner:team-pay status:new", "rows 1 to 4 of 4")
		s.write("2")
		s.write("/is:selected", "rows 1 to 1 of 1")
		s.write("/colour:red", `! Unknown field colour; fields are owner`)
		s.write("?", "/owner:team-pay: the groups of this name")
		s.write("f imported")
		s.write("/nothing", "0 of 6 match among imported.")
		s.write("/", "1  imported   payment-risk")
	})
}

// TestForeignText: escape sequences do not reach the terminal; the harness checks each byte.
func TestForeignText(t *testing.T) {
	f := newFake(entity("evil", "team", "service", "production"), entity("決済", "team-köln", "service", "production"))
	f.id.Company = conviso.Company{ID: "1042", Label: "Acme\x1b[2J\rBank"}
	f.refuse["evil"] = "bad \x1b]0;title\x07 news\nsecond line"
	within(t, f, func(o *Options) { o.ASCII = true; o.Notes = []string{"a note\r\x1b[1A"} }, func(s *script) {
		s.write("1", "1 marked")
		s.write("i")
		s.write("yes", "1 failed")
		s.write("\u009b31m", "no command")
		s.write("/\x1b[31m決")
		s.write("x"+strings.Repeat("y", longest+10), "longer than")
		s.write("f\x00oo")
		for _, r := range s.out.String() {
			if r > 0x7e {
				t.Errorf("%q is not ASCII", r)
				break
			}
		}
	})
}

// TestReadsAllWhenAsked: the start reads changed assets, r reads all.
func TestReadsAllWhenAsked(t *testing.T) {
	within(t, bank(), nil, func(s *script) {
		if loads, refreshes := s.e.loads.Load(), s.e.refreshes.Load(); loads != 0 || refreshes != 1 {
			t.Errorf("at the start %d of all, %d of what has changed", loads, refreshes)
		}
		s.write("r", "Everything is read")
		if loads, refreshes := s.e.loads.Load(), s.e.refreshes.Load(); loads != 1 || refreshes != 1 {
			t.Errorf("after r %d of all, %d of what has changed", loads, refreshes)
		}
	})
}
