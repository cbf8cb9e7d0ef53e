package backstage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

const (
	facetsPath = "api/catalog/entity-facets"
	// kindsTime limits a look at the kinds: it makes a message better and delays a command.
	kindsTime = 5 * time.Second
	maxFacets = 1 << 20 // in bytes
)

// StandardKinds are Backstage's own kinds, as it writes them; a catalog may have others.
func StandardKinds() []string {
	return []string{"API", "Component", "Domain", "Group", "Location", "Resource", "System", "Template", "User"}
}

// UnknownKindError is a kind that a catalog does not have.
type UnknownKindError struct {
	Kind string
	Have []string // the kinds that there are
}

// Error names the kinds that there are.
func (e *UnknownKindError) Error() string {
	return fmt.Sprintf("the catalog has no entities of kind %s; it has %s", safetext.Line(e.Kind), strings.Join(e.Have, ", "))
}

// CheckKinds returns an *UnknownKindError for the first of the source's kinds that is neither one of Backstage's
// own nor in the catalog, as far as that can be known: offline by what is cached. Case does not matter.
func (s *Source) CheckKinds(ctx context.Context) error {
	unusual := slices.DeleteFunc(slices.Clone(s.kinds), func(kind string) bool { return amongKinds(StandardKinds(), kind) })
	if len(unusual) == 0 {
		return nil
	}
	have := StandardKinds()
	if s.client != nil {
		if have = s.client.Kinds(ctx); have == nil {
			// Reading the list tells what is wrong.
			return nil
		}
	} else if cached, ok := s.Cached(ctx); ok {
		have = append(have, cached.Values(catalog.ColumnKind, "", 0)...)
	}
	for _, kind := range unusual {
		if !amongKinds(have, kind) {
			return &UnknownKindError{Kind: kind, Have: have}
		}
	}
	return nil
}

func amongKinds(kinds []string, kind string) bool {
	return slices.ContainsFunc(kinds, func(known string) bool { return strings.EqualFold(known, kind) })
}

// Kinds returns the kinds that the catalog has entities of, sorted and safe to show; nil if it does not say. It tries
// once.
func (c *Client) Kinds(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, kindsTime)
	defer cancel()
	resp, err := c.send(ctx, request{method: http.MethodGet, path: facetsPath, query: url.Values{"facet": {"kind"}}})
	if err != nil {
		return nil
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Facets struct {
			Kind []struct {
				Value string `json:"value"`
			} `json:"kind"`
		} `json:"facets"`
	}
	if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, maxFacets)).Decode(&answer) != nil {
		return nil
	}
	var kinds []string
	for _, facet := range answer.Facets.Kind {
		if kind := safetext.Line(facet.Value); kind != "" {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
