package repository

import (
	"slices"
	"testing"
)

func from(annotations map[string]string) Address {
	return Of(func(name string) string { return annotations[name] })
}

// TestOf holds the order of the annotations and what each alone makes.
func TestOf(t *testing.T) {
	const source, slug = "backstage.io/source-location", "github.com/project-slug"
	for name, c := range map[string]struct {
		annotations map[string]string
		want        Address
	}{
		"none": {nil, Address{}},
		"own wins over all": {
			map[string]string{"conviso.com/repo-url": "https://git.acme.test/pay/gateway", source: "url:https://github.com/acme/catalog/tree/main/", slug: "acme/x"},
			Address{URL: "https://git.acme.test/pay/gateway", From: "conviso.com/repo-url"}},
		"own is empty": {
			map[string]string{"conviso.com/repo-url": " ", source: "url:https://github.com/acme/x/tree/main/"},
			Address{URL: "https://github.com/acme/x", From: source}},
		"own is a path": {
			map[string]string{"conviso.com/repo-url": "/srv/git/x", slug: "acme/x"},
			Address{From: "conviso.com/repo-url", Problem: Local}},
		"source before slugs": {
			map[string]string{source: "url:https://github.com/acme/x/tree/main/", slug: "acme/y"},
			Address{URL: "https://github.com/acme/x", From: source}},
		"a path is no source": {
			map[string]string{source: "file:/srv/catalog/", slug: "acme/y"},
			Address{URL: "https://github.com/acme/y", From: slug}},
		"a path alone": {map[string]string{source: "dir:/srv/catalog"}, Address{From: source, Problem: Local}},
		"GitHub":       {map[string]string{slug: " acme/y/ "}, Address{URL: "https://github.com/acme/y", From: slug}},
		"half a slug":  {map[string]string{slug: "y"}, Address{URL: "https://github.com/y", From: slug, Problem: NotUnderstood}},
		"an address for a slug": {
			map[string]string{slug: "https://github.com/acme/y/tree/main"}, Address{URL: "https://github.com/acme/y", From: slug}},
		"a slug with its host": {map[string]string{slug: "github.com/acme/y"}, Address{URL: "https://github.com/acme/y", From: slug}},
		"a path for a slug":    {map[string]string{slug: "file:/srv/y"}, Address{From: slug, Problem: Local}},
		"GitLab": {
			map[string]string{"gitlab.com/project-slug": "acme/pay/y"},
			Address{URL: "https://gitlab.com/acme/pay/y", From: "gitlab.com/project-slug"}},
		"GitLab of its own": {
			map[string]string{"gitlab.com/project-slug": "acme/pay/y", "gitlab.com/instance": "gitlab.acme.test:8443"},
			Address{URL: "https://gitlab.acme.test:8443/acme/pay/y", From: "gitlab.com/project-slug"}},
		"GitLab with a URL": {
			map[string]string{"gitlab.com/project-slug": "acme/pay/y", "gitlab.com/instance": "http://gitlab.acme.test/git/"},
			Address{URL: "http://gitlab.acme.test/git/acme/pay/y", From: "gitlab.com/project-slug"}},
		"GitLab with a number": {
			map[string]string{"gitlab.com/project-slug": "acme/pay/y", "gitlab.com/instance": "0"},
			Address{From: "gitlab.com/project-slug", Problem: Incomplete}},
		"Bitbucket": {
			map[string]string{"bitbucket.org/project-slug": "acme/y"},
			Address{URL: "https://bitbucket.org/acme/y", From: "bitbucket.org/project-slug"}},
		"Bitbucket's other name": {
			map[string]string{"bitbucket.com/project-slug": "acme/y"},
			Address{URL: "https://bitbucket.org/acme/y", From: "bitbucket.com/project-slug"}},
		"Azure": {
			map[string]string{"dev.azure.com/project-repo": "Pay/y", "dev.azure.com/host-org": "dev.azure.com/acme"},
			Address{URL: "https://dev.azure.com/acme/Pay/_git/y", From: "dev.azure.com/project-repo"}},
		"Azure on one's own server": {
			map[string]string{"dev.azure.com/project-repo": "Pay/y", "dev.azure.com/host-org": "tfs.acme.test/tfs/Main"},
			Address{URL: "https://tfs.acme.test/tfs/Main/Pay/_git/y", From: "dev.azure.com/project-repo"}},
		"Azure without a host": {
			map[string]string{"dev.azure.com/project-repo": "Pay/y"},
			Address{From: "dev.azure.com/project-repo", Problem: Incomplete}},
	} {
		if got := from(c.annotations); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestAnnotationsAreAll checks that Of asks for nothing that a list would not have been asked for.
func TestAnnotationsAreAll(t *testing.T) {
	known := Annotations()
	asked := map[string]bool{}
	for _, present := range append(known, "") {
		Of(func(name string) string {
			asked[name] = true
			if name == present && name != Own {
				return "x"
			}
			return ""
		})
	}
	for name := range asked {
		if !slices.Contains(known, name) {
			t.Errorf("%s is read but not in Annotations", name)
		}
	}
	if len(asked) != len(known) {
		t.Errorf("%d annotations are asked for, %d named", len(asked), len(known))
	}
}

// TestKey says which addresses are one repository.
func TestKey(t *testing.T) {
	same := [][]string{
		{"https://github.com/acme/pay", "https://GitHub.com/acme/pay.git/", "url:https://github.com/acme/pay/tree/main/",
			"git@github.com:acme/pay.git", "ssh://git@github.com/acme/pay", "https://jane:obvious-fake@github.com:443/acme/pay", "ssh://git@github.com:22/acme/pay.git"},
		{"https://github.com/acme/PAY"},
		{"https://github.com/acme/pay-2"},
		{"https://git.acme.test:8443/acme/pay"},
		{"https://git.acme.test/acme/pay"},
		{"https://dev.azure.com/acme/Pay/_git/y", "https://acme@dev.azure.com/acme/Pay/_git/y?path=/x"},
		{"git@ssh.dev.azure.com:v3/acme/Pay/y"},
	}
	seen := map[uint64]string{}
	for _, group := range same {
		key := Key(group[0])
		for _, address := range group {
			if Key(address) != key || key == 0 {
				t.Errorf("%s: %q and %q differ", address, Compared(address), Compared(group[0]))
			}
		}
		if other := seen[key]; other != "" {
			t.Errorf("%s and %s are the same", group[0], other)
		}
		seen[key] = group[0]
	}
	for _, none := range []string{"", " ", "file:/srv/git/x", "./x"} {
		if Key(none) != 0 {
			t.Errorf("%q is a repository: %q", none, Compared(none))
		}
	}
}
