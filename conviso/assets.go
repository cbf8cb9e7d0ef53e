package conviso

import (
	"context"
	"time"

	"github.com/shurcooL/graphql"
)

// Assets reads the company's assets of its Backstage integrations, several pages at once. After
// each page it calls progress, if not nil. On error it returns the partial set, never nil.
func (c *Client) Assets(ctx context.Context, companyID string, progress func(read, total int)) (*AssetSet, error) {
	readAt := time.Now()
	op := operation{doing: "read the assets of company " + c.explain.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	p := c.assetPager(op, time.Time{})
	p.progress = progress
	assets, err := p.read(ctx)
	return NewAssetSet(assets, readAt, err == nil), err
}

// assetPager reads the assets created or changed at from or later by the platform's clock; all if zero.
func (c *Client) assetPager(op operation, from time.Time) pager[Asset] {
	return pager[Asset]{
		client: c, op: op, limit: assetsPage,
		id: func(a Asset) string { return a.ID }, name: func(a Asset) string { return a.Name },
		fetch: func(ctx context.Context, page, limit int) ([]Asset, *metadata, error) {
			return c.assetsPage(ctx, op, page, limit, from)
		},
	}
}

// assetsPage reads one page as assetPager does. Nil results mean that the response lacked them.
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
		// An import may update an existing asset. The platform sets updatedAt on creation as well.
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
