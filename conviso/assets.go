package conviso

import (
	"context"
	"errors"
	"time"

	"github.com/shurcooL/graphql"
)

// Assets reads the company's assets of its Backstage integrations, several pages at once. After
// each page it calls progress, if not nil. On error it returns the partial set, never nil.
func (c *Client) Assets(ctx context.Context, companyID string, progress func(read, total int)) (*AssetSet, error) {
	readAt := time.Now()
	op := operation{doing: "read the assets of company " + c.explain.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	p := c.assetPager(op, time.Time{})
	p.progress, p.former = progress, true
	assets, err := p.read(ctx)
	set := NewAssetSet(assets, readAt, err == nil)
	set.Moved = errors.Is(err, errMoved)
	return set, err
}

// AssetsNamed asks for the company's assets of its Backstage integrations by a name. all reports whether these are
// all that the platform finds; it may find others too, whose names only hold it.
func (c *Client) AssetsNamed(ctx context.Context, companyID, name string) (found []Asset, all bool, err error) {
	op := operation{doing: "look for an asset named " + c.explain.safe(name, maxExcerpt), field: "assets", company: companyID}
	found, meta, err := c.assetsPage(ctx, op, 1, assetsPage, AssetsSearch{Name: name})
	if err != nil {
		return nil, false, err
	}
	p := c.assetPager(op, time.Time{})
	if err := p.check(1, found, meta); err != nil {
		return nil, false, c.misfit(op, err)
	}
	return found, len(found) == meta.TotalCount, nil
}

// AssetsSearch is named as in the schema, since the library derives a variable's type from it.
type AssetsSearch struct {
	Name             string   `json:"name,omitempty"`
	IntegrationTypes []string `json:"integrationTypes"`
	UpdatedAt        *dates   `json:"updatedAt,omitempty"`
}

type dates struct {
	StartDate string `json:"startDate"`
}

// assetPager reads the assets created or changed at from or later by the platform's clock; all if zero.
func (c *Client) assetPager(op operation, from time.Time) pager[Asset] {
	var search AssetsSearch
	if !from.IsZero() {
		// An import may update an existing asset. The platform sets updatedAt on creation as well.
		search.UpdatedAt = &dates{StartDate: from.UTC().Format(time.RFC3339)}
	}
	return pager[Asset]{
		client: c, op: op, limit: assetsPage,
		id: func(a Asset) string { return a.ID }, name: func(a Asset) string { return a.Name },
		fetch: func(ctx context.Context, page, limit int) ([]Asset, *metadata, error) {
			return c.assetsPage(ctx, op, page, limit, search)
		},
	}
}

// assetsPage reads one page of the Backstage assets that a search finds. Nil results mean that the response lacked them.
func (c *Client) assetsPage(ctx context.Context, op operation, page, limit int, search AssetsSearch) ([]Asset, *metadata, error) {
	search.IntegrationTypes = []string{"BACKSTAGE"}
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
