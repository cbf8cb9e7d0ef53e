package backstage

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

const (
	// Backstage refuses bodies over 102,400 bytes; proxies count differently, so stay well below.
	maxRefs      = 1000
	maxRefsBytes = 90_000
)

// ByRefs reads the entities' details, raw, by ref; refs that the catalog does not have are
// absent. It returns everything or an error.
func (c *Client) ByRefs(ctx context.Context, refs []catalog.Ref) (map[catalog.Ref]catalog.Detail, error) {
	wanted := slices.Clone(refs)
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	details := make(map[catalog.Ref]catalog.Detail, len(wanted))
	for len(wanted) > 0 {
		n := min(len(wanted), maxRefs)
		body, err := refsBody(wanted[:n])
		for err == nil && len(body) > maxRefsBytes && n > 1 {
			n /= 2
			body, err = refsBody(wanted[:n])
		}
		if err != nil {
			return nil, err
		}
		if err := c.byRefs(ctx, wanted[:n], body, details); err != nil {
			return nil, err
		}
		wanted = wanted[n:]
	}
	return details, nil
}

// refsBody returns a request's body. Its fields name whole maps and lists, since an
// annotation's key may contain the dots that separate the parts of a field.
func refsBody(refs []catalog.Ref) ([]byte, error) {
	body, err := json.Marshal(map[string]any{"entityRefs": refs, "fields": []string{
		"kind", "metadata.uid", "metadata.name", "metadata.namespace", "metadata.title",
		"metadata.description", "metadata.tags", "metadata.annotations", "metadata.links",
		"spec.type", "spec.lifecycle", "spec.owner", "spec.system", "relations"}})
	if err != nil {
		return nil, fmt.Errorf("encode the references: %w", err)
	}
	return body, nil
}

func (c *Client) byRefs(ctx context.Context, refs []catalog.Ref, body []byte, details map[catalog.Ref]catalog.Detail) error {
	var resp listResponse
	if err := c.call(ctx, request{method: http.MethodPost, path: byRefsPath, body: body}, &resp); err != nil {
		return err
	}
	records, err := resp.records()
	if err != nil {
		return c.badJSON(err)
	}
	if len(records) != len(refs) {
		return c.badAnswer(fmt.Sprintf("holds %d entities where %d were asked for", len(records), len(refs)))
	}
	for i, r := range records {
		if r == nil {
			continue
		}
		d := r.detail()
		// The response is positional. An entity must never be imported under another ref.
		if d.Ref != refs[i] {
			return c.badAnswer(fmt.Sprintf("holds %q where %q was asked for", safetext.Line(string(d.Ref)), refs[i]))
		}
		details[d.Ref] = d
	}
	return nil
}
