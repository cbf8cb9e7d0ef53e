// Package repository reads from an entity's annotations which repository it is about: the address that
// git clone takes, without credentials. It knows how hosts of repositories write their addresses. It must
// not know the catalog, how annotations are fetched, or the platform that addresses are sent to.
package repository

import (
	"strings"

	"conviso-importer/internal/safetext"
)

// The annotations, in the order in which they are asked. The first one with a value decides, but for a
// source location on somebody's disk.
const (
	Own          = "conviso.com/repo-url"
	Source       = "backstage.io/source-location"
	gitHub       = "github.com/project-slug"
	gitLab       = "gitlab.com/project-slug"
	gitLabHost   = "gitlab.com/instance"
	bitbucket    = "bitbucket.org/project-slug"
	bitbucketOld = "bitbucket.com/project-slug"
	azure        = "dev.azure.com/project-repo"
	azureHost    = "dev.azure.com/host-org"
)

// Annotations returns the names that Of asks for, the most important first.
func Annotations() []string {
	return []string{Own, Source, gitHub, gitLab, gitLabHost, bitbucket, bitbucketOld, azure, azureHost}
}

// Problem is what is wrong with what an annotation says, as the end of a sentence that begins with "it is".
type Problem string

// The problems; the first two leave the address empty.
const (
	None          Problem = ""
	Local         Problem = "a local path, which is no repository"
	Incomplete    Problem = "without the name of a host"
	NotUnderstood Problem = "not understood, sent as it is"
)

// Address is the repository of an entity.
type Address struct {
	URL     string // what git clone takes; raw text without credentials; may be empty
	From    string // the annotation that decided, or empty
	Problem Problem
}

// Of returns the repository that annotations name; value returns "" for one that is missing.
func Of(value func(annotation string) string) Address {
	get := func(name string) string { return strings.TrimSpace(value(name)) }
	if text := get(Own); text != "" {
		return read(Own, text)
	}
	located := Address{}
	if text := get(Source); text != "" {
		if located = read(Source, text); located.Problem != Local {
			return located
		}
	}
	for _, slug := range []struct{ name, host, base string }{
		{name: gitHub, base: "github.com"}, {name: gitLab, host: gitLabHost, base: "gitlab.com"},
		{name: bitbucket, base: "bitbucket.org"}, {name: bitbucketOld, base: "bitbucket.org"},
		{name: azure, host: azureHost},
	} {
		text := get(slug.name)
		if text == "" {
			continue
		}
		base := slug.base
		if slug.host != "" {
			if named := get(slug.host); named != "" {
				base = named
			}
		}
		return fromSlug(slug.name, base, text)
	}
	return located
}

// fromSlug joins a host, which may be a URL or have a path, with a project's path on it.
func fromSlug(name, host, slug string) Address {
	if strings.Contains(slug, "://") {
		return read(name, slug)
	}
	if !strings.Contains(host, "://") {
		host = "https://" + host
	}
	host, slug = strings.TrimRight(host, "/"), strings.Trim(slug, "/")
	_, rest, _ := strings.Cut(host, "://")
	slug = strings.TrimPrefix(slug, rest+"/")
	switch {
	case IsLocal(slug):
		return Address{From: name, Problem: Local}
	case !isHostname(rest):
		return Address{From: name, Problem: Incomplete}
	}
	if name == azure {
		project, repository, found := strings.Cut(slug, "/")
		if !found {
			repository = project
		}
		slug = project + "/_git/" + repository
	}
	return read(name, host+"/"+slug)
}

// isHostname reports whether text begins with the name of a host; old annotations have a number there.
func isHostname(text string) bool {
	host, _, _ := strings.Cut(safetext.WithoutSecrets("//" + text)[2:], "/")
	return strings.ContainsAny(host, ".:") || host == "localhost"
}

func read(from, text string) Address {
	clone, problem := Clone(text)
	return Address{URL: clone, From: from, Problem: problem}
}
