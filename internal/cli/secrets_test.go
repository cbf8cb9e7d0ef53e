package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
)

// Passwords and tokens may not leave the decoder that reads them, paths on a disk not the machine.
const (
	canary     = "canary-obvious-fake"
	canaryPath = "/home/canary-jane"
)

// revealing is a text with every form of a secret in a URL.
func revealing(field string) string {
	return fmt.Sprintf("%[1]s: https://jane:%[2]s-1@h.test/a, https://%[2]s-2@h.test/b ssh://git:%[2]s-3@h.test/c "+
		"https://h.test/d?private_token=%[2]s-4&ref=%[1]s https://h.test/e#access_token=%[2]s-5 <https://h.test/f?a=1&sig=%[2]s-6> "+
		"jane:%[2]s-7@h.test/g https://jane:%[2]s/8#x@h.test/h", field, canary)
}

// revealingEntities are one entity with all of it in every field but its names, and one for each form of a
// repository's address.
func revealingEntities() []demo.Entity {
	base := func(name string) demo.Entity {
		return demo.Entity{Kind: "Component", Namespace: "default", Name: name, Type: "service", Lifecycle: "production", Owner: "group:default/team-canary",
			Annotations: map[string]string{}}
	}
	everywhere := base("canary-everywhere")
	everywhere.Title, everywhere.Description = revealing("title"), revealing("description")
	everywhere.Type, everywhere.Lifecycle, everywhere.Owner, everywhere.System = revealing("type"), revealing("lifecycle"), revealing("owner"), revealing("system")
	everywhere.Tags = []string{"go", revealing("tag")}
	everywhere.Links = []demo.Link{{URL: "https://jane:" + canary + "@live.test/?key=" + canary, Title: "Production " + revealing("link"), Icon: revealing("icon")},
		{URL: "file://" + canaryPath, Title: "site"}}
	everywhere.Relations = []demo.Relation{{Type: "ownedBy", Target: revealing("owned")}, {Type: "partOf", Target: revealing("part")}}
	for _, name := range []string{"backstage.io/view-url", "backstage.io/edit-url", "backstage.io/managed-by-location", "backstage.io/techdocs-ref", "acme.test/any"} {
		everywhere.Annotations[name] = "url:https://jane:" + canary + "@h.test/x?token=" + canary
	}
	// What the list itself reads of annotations.
	listed := base("canary-listed")
	listed.Annotations["conviso.com/import"], listed.Annotations["conviso.com/asset-id"] = revealing("import"), revealing("asset")
	all := []demo.Entity{everywhere, listed}
	for i, location := range []string{
		"url:https://jane:" + canary + "@github.com/acme/pay/tree/main/?access_token=" + canary,
		"https://" + canary + "@dev.azure.com/acme/Pay/_git/pay?path=/x",
		"ssh://git:" + canary + "@h.test:7999/acme/pay.git",
		"jane:" + canary + "@github.com/acme/pay",
		"https://jane:" + canary + "/x#y@h.test/acme/pay",
		"https://h.test/acme/pay?ref=main#token=" + canary,
		"svn://jane:" + canary + "@h.test/pay",
		"file:" + canaryPath + "/", "dir:" + canaryPath, "url:file://" + canaryPath, canaryPath, `C:\home\canary-jane`,
	} {
		for _, annotation := range []string{"backstage.io/source-location", "conviso.com/repo-url", "github.com/project-slug"} {
			if annotation == "github.com/project-slug" && location == canaryPath {
				continue // It reads as owner and name.
			}
			e := base(fmt.Sprintf("canary-%d-%s", i, strings.Split(annotation, ".")[0]))
			e.Annotations[annotation] = location
			all = append(all, e)
		}
	}
	return all
}

// TestSecretsStayHome looks for passwords and tokens of the catalog's URLs in everything that leaves the
// program: requests, answers of commands and line mode, plan files, cache, queue and log.
func TestSecretsStayHome(t *testing.T) {
	b := newBench(t)
	all := revealingEntities()
	b.Catalog.Add(all...)
	b.Platform.SetReject(func(p demo.Project) string {
		if strings.HasSuffix(p.Name, "-conviso") {
			return fmt.Sprintf("%s: repository %s and url %s are refused", p.Name, p.RepoURL, p.URL)
		}
		return ""
	})
	dir := os.Getenv("HOME")
	log, plan := filepath.Join(dir, "canary.log"), filepath.Join(dir, "plan.json")
	printed := map[string]string{}
	keep := func(args ...string) string {
		code, out, errs := b.run(append([]string{"--debug", "--log-file", log}, args...)...)
		printed[strings.Join(args, " ")] = fmt.Sprintf("exit %d\n%s%s", code, out, errs)
		return out
	}
	keep("list", "-o", "json")
	keep("list", "-o", "csv")
	keep("list", "canary")
	keep("import", "--query", "canary", "--dry-run")
	doc := keep("import", "--query", "canary", "--dry-run", "-o", "json")
	if err := os.WriteFile(plan, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	keep("import", "--plan", plan, "-o", "json")
	keep("resume")
	keep("list", "--offline", "canary", "-o", "json")
	t.Setenv("ACCESSIBLE", "1")
	code, out, errs := b.typing("/canary-everywhere\ndetails 1\n/canary-0-conviso\n1\ni\nl\nno\nq\n")
	printed["line mode"] = fmt.Sprintf("exit %d\n%s%s", code, out, errs)

	// A third is refused, in a sentence that quotes what was sent.
	if sent := len(b.Platform.Imports().Deliveries); 3*sent < len(all) {
		t.Fatalf("%d of %d entities were taken\n%v", sent, len(all), printed)
	}
	for _, r := range append(b.Platform.Requests(), b.Catalog.Requests()...) {
		printed["requests to "+r.Path] += r.Query.Encode() + string(r.Body)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		printed[path] = string(text)
		return err
	})
	if err != nil || files < 4 {
		t.Fatalf("%d files, %v", files, err)
	}
	for what, text := range printed {
		words := []string{canary}
		if strings.HasPrefix(what, "requests") || what == plan || strings.Contains(what, "queue") {
			words = append(words, "canary-jane")
		}
		for _, word := range words {
			if at := strings.Index(text, word); at >= 0 {
				t.Errorf("%s has it: %q", what, text[max(0, at-80):min(len(text), at+80)])
			}
		}
	}
	if shown := printed["line mode"]; !strings.Contains(shown, "acme.test/any: url:https://h.test/x?token=") || !strings.Contains(shown, "Review: ") {
		t.Errorf("the details and the review were not shown\n%s", shown)
	}
}
