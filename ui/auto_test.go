package ui

import (
	"errors"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

// TestAutoImport checks the cycle: review, one check at once, one an interval while on, none when off.
func TestAutoImport(t *testing.T) {
	within(t, 120, 40, bank(), nil, func(h *harness) {
		h.press("t")
		h.shows("16 entities go to Conviso company 1042 Acme Bank now", "After that, while this table is open, what becomes new", session.Unattended)
		if h.e.switches+h.e.submits != 0 {
			t.Fatal("it was switched on unasked")
		}
		h.press("y")
		h.shows("auto ON, next 07:40, runs here while open", "16 imported, 0 failed", "2 New 0")
		if h.e.switches != 1 || h.e.checks != 1 {
			t.Errorf("%d switches, %d checks", h.e.switches, h.e.checks)
		}
		h.e.pages = append(h.e.pages, []catalog.Entity{entity("brand-new", "team-pay", "service", "production")})
		h.wait(time.Hour)
		if s := h.m.work.Shown.Status(catalog.NewRef("component", "", "brand-new")).State; s != importer.Imported {
			t.Errorf("what appeared is %s", s)
		}
		h.shows("auto ON, next 08:40")
		h.press("t", "n")
		h.press("t", "y")
		h.shows("Auto-import is off.", "auto off")
		h.wait(3 * time.Hour)
		if h.e.checks != 2 {
			t.Errorf("%d checks", h.e.checks)
		}
	})
}

// TestAutoImportResumes checks that auto-import resumes only where this user switched it on.
func TestAutoImportResumes(t *testing.T) {
	for name, tt := range map[string]struct {
		auto   importer.AutoStatus
		checks int
		says   string
	}{
		"here":      {importer.AutoStatus{Flag: true, Here: true, Interval: time.Hour, FlagReadAt: epoch, Next: epoch.Add(20 * time.Minute)}, 1, "auto ON, next 07:00, runs here"},
		"elsewhere": {importer.AutoStatus{Flag: true, Interval: time.Hour, FlagReadAt: epoch}, 0, "auto ON, not from here"},
	} {
		t.Run(name, func(t *testing.T) {
			f := bank()
			f.auto = tt.auto
			f.integration.AutoImportEnabled = true
			within(t, 120, 40, f, nil, func(h *harness) {
				h.shows(tt.says)
				h.wait(30 * time.Minute)
				if h.e.checks != tt.checks {
					t.Errorf("%d checks", h.e.checks)
				}
			})
		})
	}
}

// TestAutoImportDoesNotSpin checks the pace of checks that fail at once.
func TestAutoImportDoesNotSpin(t *testing.T) {
	f := bank()
	f.auto = importer.AutoStatus{Flag: true, Here: true, Interval: time.Hour, FlagReadAt: epoch, Next: epoch}
	f.integration.AutoImportEnabled = true
	f.checkErr = errors.New("the platform does not answer")
	within(t, 120, 40, f, nil, func(h *harness) {
		h.wait(10 * time.Minute)
		if h.e.checks < 2 || h.e.checks > 11 {
			t.Errorf("%d checks in ten minutes", h.e.checks)
		}
		h.shows("! The platform does not answer")
	})
}

// TestAutoImportSwitchedOff checks that Conviso's flag overrides the table's state.
func TestAutoImportSwitchedOff(t *testing.T) {
	f := bank()
	f.auto = importer.AutoStatus{Flag: true, Here: true, Interval: time.Hour, FlagReadAt: epoch, Next: epoch.Add(time.Minute)}
	f.integration.AutoImportEnabled = true
	f.switchedOff = true
	within(t, 120, 40, f, nil, func(h *harness) {
		h.wait(3 * time.Hour)
		h.shows("switched off at Conviso, so it is off here too", "auto off")
		if h.e.checks != 1 || h.e.submits != 0 {
			t.Errorf("%d checks, %d submits", h.e.checks, h.e.submits)
		}
	})
}
