package conviso

import (
	"context"
	"time"

	"github.com/shurcooL/graphql"
)

// Assets reads the company's assets that belong to its Backstage integrations, several pages
// at once. Progress, where not nil, hears after each page how many assets were read and how
// many there are. With an error comes the partial set, which is never nil.
func (c *Client) Assets(ctx context.Context, companyID string, progress func(read, total int)) (*AssetSet, error) {
	readAt := time.Now()
	op := operation{doing: "read the assets of company " + c.say.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	p := c.allAssets(op)
	p.progress = progress
	assets, err := p.read(ctx)
	return NewAssetSet(assets, readAt, err == nil), err
}

// allAssets is the pager of the whole list, changedSince that of what was made or changed at a
// moment of the platform's clock or later.
func (c *Client) allAssets(op operation) pager[Asset] { return c.changedSince(op, time.Time{}) }

func (c *Client) changedSince(op operation, from time.Time) pager[Asset] {
	return pager[Asset]{
		client: c, op: op, limit: assetsPage,
		id: func(a Asset) string { return a.ID }, name: func(a Asset) string { return a.Name },
		fetch: func(ctx context.Context, page, limit int) ([]Asset, *metadata, error) {
			return c.assetsPage(ctx, op, page, limit, from)
		},
	}
}

// assetsPage asks for one page of the assets that were changed at changed or later, or of
// all where changed is zero; nil results mean that the answer lacked them.
func (c *Client) assetsPage(ctx context.Context, op operation, page, limit int, changed time.Time) ([]Asset, *metadata, error) {
	type dates struct {
		StartDate string `json:"startDate"`
	}
	type AssetsSearch struct {
		IntegrationTypes []string `json:"integrationTypes"`
		UpdatedAt        *dates   `json:"updatedAt,omitempty"`
	}
	search := AssetsSearch{IntegrationTypes: []string{"BACKSTAGE"}}
	if !changed.IsZero() {
		// What is created counts as updated at that moment, and an import may update an asset
		// that the platform knows already: this date covers both, createdAt would not.
		search.UpdatedAt = &dates{StartDate: changed.UTC().Format(time.RFC3339)}
	}
	type listed struct {
		Collection []struct {
			ID   id
			Name text
		}
		Metadata *metadata
	}
	var q struct {
		Assets *listed `graphql:"assets(companyId: $companyId, page: $page, limit: $limit, search: $search)"`
	}
	var got listed
	op.into = &got
	_, err := c.call(ctx, op, &q, map[string]any{
		"companyId": graphql.ID(op.company), "page": graphql.Int(page), "limit": graphql.Int(limit),
		"search": search,
	})
	if err != nil || got.Collection == nil {
		return nil, nil, err
	}
	assets := make([]Asset, len(got.Collection))
	for i, asset := range got.Collection {
		assets[i] = Asset{ID: string(asset.ID), Name: string(asset.Name)}
	}
	return assets, got.Metadata, nil
}
