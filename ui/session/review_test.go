package session

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/plantest"
)

func planOf(n int) *importer.Plan {
	p := &importer.Plan{}
	for i := range n {
		p.Items = append(p.Items, importer.PlanItem{Ref: catalog.NewRef("component", "", "svc-"+strconv.Itoa(i))})
	}
	return p
}

func anywhere(catalog.Ref) bool { return true }

// TestAgree: only the requested answer agrees.
func TestAgree(t *testing.T) {
	staging := importer.Identity{Environment: "staging"}
	production := importer.Identity{Environment: "production"}
	demo := importer.Identity{Environment: "production", Demo: true}
	for name, c := range map[string]struct {
		id     importer.Identity
		n      int
		auto   bool
		answer string
		want   error
	}{
		"yes":                       {staging, 100, false, "Yes ", nil},
		"y":                         {staging, 1, false, "y", nil},
		"the number where yes goes": {staging, 1, false, "1", ErrSayYes},
		"nothing":                   {staging, 1, false, "", ErrSayYes},
		"yes for many":              {staging, 101, false, "yes", ErrTypeNumber},
		"the number for many":       {staging, 101, false, " 101", nil},
		"a wrong number":            {staging, 101, false, "1010", ErrTypeNumber},
		"yes in production":         {production, 1, false, "yes", ErrTypeNumber},
		"the number in production":  {production, 1, false, "1", nil},
		"yes in the demo":           {demo, 1, false, "yes", nil},
		"an empty plan":             {staging, 0, false, "yes", ErrNothingToSend},
		"zero of an empty plan":     {production, 0, false, "0", ErrNothingToSend},
		"auto-import of nothing":    {production, 0, true, "yes", nil},
		"auto-import in production": {production, 3, true, "yes", ErrTypeNumber},
	} {
		if err := NewReview(c.id, nil, planOf(c.n), c.auto, anywhere).Agree(c.answer); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestHiddenFinding: entities hidden by the filter come first, except for auto-import.
func TestHiddenFinding(t *testing.T) {
	listed := func(ref catalog.Ref) bool { return ref.Name() != "mapped" }
	engine := plantest.Plan().Findings()
	r := NewReview(importer.Identity{}, nil, plantest.Plan(), false, listed)
	if len(r.Findings) != len(engine)+1 || r.Findings[0].Kind != importer.FindingHidden {
		t.Fatalf("the findings are %+v", r.Findings)
	}
	if e := r.Findings[0].Entries; len(e) != 1 || e[0].Ref.Name() != "mapped" || !strings.Contains(e[0].Note, `"lambda"`) {
		t.Errorf("its entries are %+v", e)
	}
	if r := NewReview(importer.Identity{}, nil, plantest.Plan(), true, listed); len(r.Findings) != len(engine) {
		t.Errorf("auto-import's findings are %+v", r.Findings)
	}
}

// TestCommand: a command names the entities or the saved plan, or has a reason not to.
func TestCommand(t *testing.T) {
	line := func(kinds []string, args ...string) string { return strings.Join(append(args, kinds...), " ") }
	demo := importer.Identity{Demo: true}
	for name, c := range map[string]struct {
		n     int
		auto  bool
		saved string
		want  string
		err   error
	}{
		"one by one":    {2, false, "", "import component:default/svc-0 component:default/svc-1 api", nil},
		"too many":      {21, false, "", "", ErrTooMany},
		"many, saved":   {21, false, "/plan.json", "import --plan /plan.json", nil},
		"auto-import":   {21, true, "", "import --all-new", nil},
		"auto, saved":   {2, true, "/plan.json", "import --plan /plan.json", nil},
		"nothing":       {0, false, "", "", ErrNothingToSend},
		"auto, nothing": {0, true, "", "import --all-new", nil},
	} {
		r := NewReview(importer.Identity{}, []string{"api"}, planOf(c.n), c.auto, anywhere)
		r.Saved = c.saved
		if got, err := r.Command(line); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := NewReview(importer.Identity{}, nil, planOf(1), false, anywhere).Command(nil); !errors.Is(err, ErrNoCommand) {
		t.Errorf("without commands: %v", err)
	}
	if _, err := NewReview(demo, nil, planOf(1), false, anywhere).Command(nil); !errors.Is(err, ErrDemoCommand) {
		t.Errorf("in the demo: %v", err)
	}
}

// TestSavable: an empty plan is not saved.
func TestSavable(t *testing.T) {
	one, none := NewReview(importer.Identity{}, nil, planOf(1), false, anywhere), NewReview(importer.Identity{}, nil, planOf(0), true, anywhere)
	if one.Savable(true) != nil || !errors.Is(one.Savable(false), ErrNoFiles) || !errors.Is(none.Savable(true), ErrNothingToSend) {
		t.Errorf("%v, %v, %v", one.Savable(true), one.Savable(false), none.Savable(true))
	}
}
