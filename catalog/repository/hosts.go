package repository

import (
	"net/url"
	"slices"
	"strings"
)

// onHost returns the host and the path of the repository that the segments of a browser's path lead to;
// an empty path if it is not known. An address is cut at a marker of its host alone: a branch may have
// slashes, and a repository the name of a marker.
func onHost(host string, path []string, query string) (string, []string) {
	name, _, _ := strings.Cut(host, ":")
	switch {
	case name == "github.com" || name == "bitbucket.org" || name == "www.github.com":
		// Here every repository is two segments.
		if len(path) < 2 || name != "bitbucket.org" && slices.Contains([]string{"orgs", "users", "enterprises"}, path[0]) {
			return host, nil
		}
		return host, path[:2]
	case name == "gitlab.com" && len(path) < 2:
		return host, nil
	case name == "dev.azure.com" || strings.HasSuffix(name, ".visualstudio.com"):
		return host, azureRepository(path)
	case isConsole(name):
		return codeCommit(name, path, query)
	}
	for _, rule := range []func([]string) []string{gitiles, bitbucketServer, azureRepository, atDash, atSuffix} {
		if kept := rule(path); kept != nil {
			return host, kept
		}
	}
	return host, atWord(path, !strings.Contains(name, "gitlab") && !strings.HasSuffix(name, ".googlesource.com"))
}

// azureRepository cuts Azure DevOps' paths behind the name of the repository, on its old hosts and
// on Team Foundation Server too.
func azureRepository(path []string) []string {
	at := slices.Index(path, "_git")
	if at < 0 || at > 3 {
		return nil
	}
	end := at + 2
	if end <= len(path) && (path[at+1] == "_full" || path[at+1] == "_optimized") {
		end++
	}
	if end > len(path) {
		return nil
	}
	return path[:end]
}

// bitbucketServer turns /projects/KEY/repos/NAME/browse, which may follow the server's own path, into
// /scm/key/NAME.git, as the server itself names it for git.
func bitbucketServer(path []string) []string {
	for at := 0; at < 2 && at+3 < len(path); at++ {
		if path[at+2] != "repos" {
			continue
		}
		switch key := strings.ToLower(path[at+1]); path[at] {
		case "projects":
			return append(slices.Clone(path[:at]), "scm", key, withGit(path[at+3]))
		case "users":
			return append(slices.Clone(path[:at]), "scm", "~"+key, withGit(path[at+3]))
		}
	}
	return nil
}

func withGit(name string) string { return strings.TrimSuffix(name, ".git") + ".git" }

// gitiles reads what Gerrit shows: its browser for code, with the marker "+", which may follow Gerrit's
// own path, its changes, and its pages of projects.
func gitiles(path []string) []string {
	plus := slices.Index(path, "+")
	if at := slices.Index(path, "gitiles"); at == 0 || at > 0 && at < 3 && path[at-1] == "plugins" {
		start := at
		if at > 0 {
			start--
		}
		if plus < 0 {
			plus = len(path)
		}
		if plus < at+2 {
			return nil
		}
		return append(slices.Clone(path[:start]), path[at+1:plus]...)
	}
	if len(path) > 2 && path[0] == "admin" && path[1] == "repos" && path[2] != "q" {
		project, _, _ := strings.Cut(strings.Join(path[2:], "/"), ",")
		return split(strings.NewReplacer("%2F", "/", "%2f", "/").Replace(project))
	}
	switch {
	case plus < 1:
		return nil
	case path[0] == "c" && plus > 1:
		return path[1:plus]
	}
	return path[:plus]
}

// atDash cuts at GitLab's marker; groups may be nested.
func atDash(path []string) []string {
	if at := slices.Index(path, "-"); at >= 2 {
		return path[:at]
	}
	return nil
}

// atSuffix takes an address that ends in .git as it is, and cuts what follows such a name.
func atSuffix(path []string) []string {
	at := slices.IndexFunc(path, func(s string) bool { return strings.HasSuffix(s, ".git") && s != ".git" })
	if at < 0 {
		return nil
	}
	return path[:at+1]
}

// atWord cuts at the words with which GitHub Enterprise, Gitea, Gogs, cgit, old GitLab and others go on behind
// a repository's name, which may be such a word itself. On flat hosts it is mostly the second segment, or the
// first.
func atWord(path []string, flat bool) []string {
	switch {
	case flat && isMarker(path, 2):
		return path[:2]
	case flat && len(path) > 2 && (path[1] == "tree" || path[1] == "blob"):
		return path[:1]
	}
	for at := 2; at < len(path); at++ {
		if (flat || path[at] != "src") && isMarker(path, at) {
			return path[:at]
		}
	}
	return path
}

// isMarker reports whether a repository's name ends before path[at]. Gitea says behind src what follows, in
// Gogs and Bitbucket it is a branch.
func isMarker(path []string, at int) bool {
	if at+1 >= len(path) {
		return false
	}
	switch path[at] {
	case "tree", "blob", "raw", "edit", "blame", "commit", "commits":
		return true
	case "src":
		named := at+2 < len(path) && slices.Contains([]string{"branch", "commit", "tag"}, path[at+1])
		return named || at == 2 && (path[3] != "src" || !isMarker(path, 3))
	}
	return false
}

// isConsole reports whether a host is one of Amazon's consoles.
func isConsole(host string) bool {
	for _, console := range []string{"console.aws.amazon.com", "console.amazonaws.cn", "console.amazonaws-us-gov.com"} {
		if host == console || strings.HasSuffix(host, "."+console) {
			return true
		}
	}
	return false
}

// codeCommit turns the console's page of a repository into its address; the region is in the query or the
// host's name.
func codeCommit(host string, path []string, query string) (string, []string) {
	if len(path) < 4 || path[0] != "codesuite" || path[1] != "codecommit" || path[2] != "repositories" {
		return host, nil
	}
	query, _, _ = strings.Cut(query, "#")
	values, _ := url.ParseQuery(query)
	region := values.Get("region")
	if !isRegion(region) {
		if region, _, _ = strings.Cut(host, "."); !isRegion(region) {
			return host, nil
		}
	}
	domain := ".amazonaws.com"
	if strings.HasSuffix(host, ".cn") {
		domain += ".cn"
	}
	return "git-codecommit." + region + domain, []string{"v1", "repos", path[3]}
}

func isRegion(text string) bool {
	return strings.Contains(text, "-") && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
