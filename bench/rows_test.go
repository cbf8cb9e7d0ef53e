package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"conviso-importer/catalog"
)

// The vocabulary of the rows has the words of the queries.
var (
	areas = strings.Fields(`payment checkout identity invoice loyalty search shipping warehouse fraud pricing
		customer messaging audit report onboarding tax pix subscription inventory support telemetry billing
		ledger session profile consent notification document contract partner merchant device`)
	nouns = strings.Fields(`gateway router worker notifier portal console export import archive scheduler
		reconciler tokenizer vault simulator limits refunds disputes receipts fees status batch links mobile
		events stream cache index quota policy broker`)
	parts = strings.Fields(`api web jobs sdk proxy admin sync core edge batch cron hooks
		reader writer monitor mirror bridge agent relay store`)
	verbs = strings.Fields(`keeps routes retries copies watches answers signs translates collects publishes
		validates stores forwards enriches measures`)
	purposes = []string{"for the customer portal", "for the back office", "for every partner bank", "for internal teams",
		"for the data platform", "for auditors and regulators", "for mobile clients", "for nightly reports"}
	types      = strings.Fields("service service service website library job database")
	lifecycles = strings.Fields("production production production experimental deprecated staging")
	tags       = strings.Fields("go java pci tier-1 python kafka typescript internal tier-2 gdpr rust")
)

// rare is in the description of one row in five thousand.
const rare = "kubeflow"

const seed = 1

// row returns the entity at an index, a pure function, so that a million of them need no memory.
// Names are unique.
func row(i int) catalog.Entity {
	draw := dice(mix(seed, uint64(i)))
	name := areas[i%len(areas)] + "-" + nouns[i/len(areas)%len(nouns)] + "-" + parts[i/len(areas)/len(nouns)%len(parts)]
	if block := i / len(areas) / len(nouns) / len(parts); block > 0 {
		name = fmt.Sprintf("%s-%d", name, block+1)
	}
	e := catalog.Entity{Kind: "Component", Namespace: catalog.DefaultNamespace, Name: name,
		Ref:         catalog.NewRef("component", "", name),
		UID:         fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", i, draw.below(1<<16), draw.below(1<<12), draw.below(1<<12), draw.below(1<<48)),
		Description: describe(&draw), Owner: fmt.Sprintf("team-%d", draw.below(100)), System: draw.word(areas),
		Type: draw.word(types), Lifecycle: draw.word(lifecycles)}
	for range draw.below(4) {
		e.Tags = append(e.Tags, draw.word(tags))
	}
	if draw.below(5) == 0 {
		e.Title = "The " + draw.word(areas) + " " + draw.word(nouns)
	}
	return e
}

func indexOf(name string) int {
	words := append(strings.Split(name, "-"), "1")
	block, _ := strconv.Atoi(words[3])
	return slices.Index(areas, words[0]) + len(areas)*(slices.Index(nouns, words[1])+
		len(nouns)*(slices.Index(parts, words[2])+len(parts)*(block-1)))
}

// describe returns a description of 60 to 160 characters.
func describe(draw *dice) string {
	text := "It " + draw.word(verbs) + " the " + draw.word(areas) + " " + draw.word(nouns) + " " + draw.word(purposes)
	if draw.below(5000) == 0 {
		text += " with " + rare
	}
	for length := 60 + draw.below(90); len(text) < length; {
		text += " and " + draw.word(verbs) + " " + draw.word(nouns)
	}
	return text[:min(len(text), 159)] + "."
}

// searchable returns the fields that a word is searched in.
func searchable(e *catalog.Entity) []string {
	return append([]string{e.Name, e.Title, e.Description, e.Owner}, e.Tags...)
}

// line is fzf's input for an entity, the same text.
func line(e *catalog.Entity) string { return strings.Join(searchable(e), " ") }

// dice is a deterministic source of random numbers.
type dice uint64

// below returns a number in [0, n).
func (d *dice) below(n int) int {
	*d = dice(mix(uint64(*d), 1))
	return int(uint64(*d) >> 8 % uint64(n))
}

func (d *dice) word(from []string) string { return from[d.below(len(from))] }

// mix is a hash of two numbers (the finaliser of splitmix64).
func mix(a, b uint64) uint64 {
	z := a + (b+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func TestRows(t *testing.T) {
	const n = 50_000
	names, bytes, rares, teams := map[string]bool{}, 0, 0, map[string]bool{}
	for i := range n {
		e := row(i)
		names[e.Name], teams[e.Owner] = true, true
		if at := indexOf(e.Name); at != i {
			t.Fatalf("row %d is found at %d by its name", i, at)
		}
		bytes += len(line(&e))
		if length := len(e.Description); length < 60 || length > 160 {
			t.Fatalf("a description has %d characters: %s", length, e.Description)
		}
		if strings.Contains(e.Description, rare) {
			rares++
		}
	}
	if average := bytes / n; average < 140 || average > 160 {
		t.Errorf("a row has %d bytes of searchable text on average, want about 149", average)
	}
	if len(names) != n || len(teams) != 100 || rares == 0 || rares > n/2000 {
		t.Errorf("%d names, %d teams, %d of %s", len(names), len(teams), rares, rare)
	}
	if a, b := row(7), row(7); line(&a) != line(&b) || a.UID != b.UID {
		t.Error("the same index gives another row")
	}
}
