package conviso

import (
	"context"
	"slices"
	"strings"

	"github.com/shurcooL/graphql"
)

// OtherAsset is an asset that did not come from Backstage. Its strings have passed safetext.
type OtherAsset struct {
	Asset

	Source string // the platform's word for where it came from, several with commas between; empty if it says none
}

// maxSource is the length, in characters, up to which the words for an asset's sources are kept.
const maxSource = 60

// OtherAssets reads all assets of the company, whatever their source, and returns those that did not come from
// Backstage. On an error it returns none.
func (c *Client) OtherAssets(ctx context.Context, companyID string) ([]OtherAsset, error) {
	type listed struct {
		OtherAsset

		ours bool
	}
	op := operation{doing: "read the assets of other sources of company " + c.explain.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	p := pager[listed]{
		client: c, op: op, limit: assetsPage,
		id: func(a listed) string { return a.ID }, name: func(a listed) string { return a.Name },
		fetch: func(ctx context.Context, page, limit int) ([]listed, *metadata, error) {
			type assets struct {
				Collection []struct {
					ID           id
					Name         text
					Integrations []text
				}
				Metadata *metadata
			}
			var q struct {
				Assets *assets `graphql:"assets(companyId: $companyId, page: $page, limit: $limit)"`
			}
			var got assets
			op := op
			op.into = &got
			_, err := c.call(ctx, op, &q, map[string]any{
				"companyId": graphql.ID(op.company), "page": graphql.Int(page), "limit": graphql.Int(limit)})
			if err != nil || got.Collection == nil {
				return nil, nil, err
			}
			all := make([]listed, len(got.Collection))
			for i, a := range got.Collection {
				all[i].Asset = Asset{ID: string(a.ID), Name: string(a.Name)}
				all[i].ours = slices.ContainsFunc(a.Integrations, isBackstage)
				if !all[i].ours {
					all[i].Source = c.source(a.Integrations)
				}
			}
			return all, got.Metadata, nil
		},
	}
	all, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	var others []OtherAsset
	for i := range all {
		if !all[i].ours {
			others = append(others, all[i].OtherAsset)
		}
	}
	return others, nil
}

func isBackstage(integration text) bool { return strings.EqualFold(string(integration), "BACKSTAGE") }

func (c *Client) source(integrations []text) string {
	switch len(integrations) {
	case 0:
		return ""
	case 1:
		return c.explain.safe(string(integrations[0]), maxSource)
	}
	var words []string
	for _, word := range integrations[:min(len(integrations), maxSource)] {
		words = append(words, string(word))
	}
	return c.explain.safe(strings.Join(words, ", "), maxSource)
}
