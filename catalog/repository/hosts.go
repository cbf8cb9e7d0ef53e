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
	return host, atWord(path, !strings.Contains(name, "gitlab"))
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
		if project, err := url.PathUnescape(project); err == nil && project != "" {
			return strings.Split(project, "/")
		}
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

// atWord cuts at the words with which GitHub Enterprise, Gitea, Gogs, old GitLab and others go on behind a
// repository's name; src, where the host may use it, only with what belongs to it.
func atWord(path []string, src bool) []string {
	for at := 2; at+1 < len(path); at++ {
		switch path[at] {
		case "tree", "blob", "raw", "edit", "blame", "commit", "commits":
			return path[:at]
		case "src":
			if src && at+2 < len(path) && slices.Contains([]string{"branch", "commit", "tag"}, path[at+1]) {
				return path[:at]
			}
		}
	}
	if src && len(path) > 3 && path[2] == "src" {
		return path[:2]
	}
	return path
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
	if region == "" {
		region, _, _ = strings.Cut(host, ".")
	}
	if !strings.Contains(region, "-") || strings.Trim(region, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return host, nil
	}
	domain := ".amazonaws.com"
	if strings.HasSuffix(host, ".cn") {
		domain += ".cn"
	}
	return "git-codecommit." + region + domain, []string{"v1", "repos", path[3]}
}
