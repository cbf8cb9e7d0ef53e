package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/printout"
)

// TestSaysWhereTheRepositoryComesFrom: a dry run names the address, its origin and what is wrong with it, and a
// plan file keeps them.
func TestSaysWhereTheRepositoryComesFrom(t *testing.T) {
	b := newBench(t)
	for name, location := range map[string]string{"where-clone": "url:https://github.com/acme/pay/tree/main/", "where-disk": "file:/srv/pay/", "where-odd": "url:the wiki"} {
		b.Catalog.Add(demo.Entity{Name: name, Type: "service", Lifecycle: "production", Owner: "team-1",
			Annotations: map[string]string{"backstage.io/source-location": location}})
	}
	_, out, _ := b.run("import", "--query", "where-", "--dry-run")
	for _, want := range []string{
		"repository https://github.com/acme/pay from backstage.io/source-location, url",
		"repository - (backstage.io/source-location is a local path, which is no repository), url",
		"repository the wiki from backstage.io/source-location, not understood, sent as it is, url",
		"1 whose repository URL is not understood, sent as it is (backstage.io/source-location 1)",
		"1 without a repository URL: it names a local path (backstage.io/source-location 1)",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	var plan struct {
		Items []struct {
			RepoFrom, RepoProblem string
			Project               struct{ RepoURL string }
		}
	}
	b.want(exitDone, &plan, "import", "--query", "where-", "--dry-run", "-o", "json")
	if len(plan.Items) != 3 || plan.Items[0].RepoFrom != "backstage.io/source-location" || plan.Items[1].RepoProblem == "" || plan.Items[1].Project.RepoURL != "" {
		t.Errorf("%+v", plan)
	}
}

// TestPluginAssetsAreRecognised: what the plugin imported has the address as a browser shows it. Names alone
// say what is imported, so that it stays imported and is not sent again.
func TestPluginAssetsAreRecognised(t *testing.T) {
	b := newBench(t)
	const mutation = `mutation ImportAssetToIntegration($input: ImportAssetToIntegrationInput!) {
		importAssetToIntegration(input: $input) { success importedCount errors } }`
	var projects []map[string]any
	for name, address := range map[string]string{"plugin-page": "https://github.com/acme/page/tree/main/", "plugin-auto": "url:https://github.com/acme/auto/tree/main/"} {
		b.Catalog.Add(demo.Entity{Name: name, Type: "service", Lifecycle: "production", Owner: "team-1",
			Annotations: map[string]string{"backstage.io/source-location": "url:" + strings.TrimPrefix(address, "url:")}})
		projects = append(projects, map[string]any{"id": "Component:default/" + name, "name": name, "repoUrl": address})
	}
	body, err := json.Marshal(map[string]any{"query": mutation, "variables": map[string]any{
		"input": map[string]any{"companyId": b.CompanyID, "integrationType": "backstage", "projects": projects}}})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.PlatformURL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", b.Key.Reveal())
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	before := len(b.Platform.Imports().Deliveries)
	if before != 2 || !strings.Contains(string(answer), `"importedCount":2`) {
		t.Fatalf("the plugin's import: %d, %s", before, answer)
	}

	var items []printout.Item
	b.want(exitDone, &items, "list", "plugin-", "-o", "json")
	for _, item := range items {
		if item.Status != "imported" || item.AssetID == "" {
			t.Errorf("%+v", item)
		}
	}
	var job printout.Job
	b.want(exitDone, &job, "import", "--query", "plugin-", "-o", "json")
	b.want(exitDone, &job, "import", "component:default/plugin-page", "component:default/plugin-auto", "-o", "json")
	if after := len(b.Platform.Imports().Deliveries); len(items) != 2 || job.Skipped != 2 || after != before {
		t.Errorf("%d listed, %d of 2 skipped, %d sent again", len(items), job.Skipped, after-before)
	}
}
