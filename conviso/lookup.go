package conviso

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/shurcooL/graphql"
)

// inaccessible matches the platform's sentence about a record that is not there for the key.
var inaccessible = compiled(`(?i)^(scope - )?resource not accessible for id: *(\S+)$`)

// missing matches whole sentences about a record that does not exist. A part of one may be about something else,
// such as a host.
var missing = compiled(`(?i)^(the )?((asset|record|resource)( with ['"]?id['"]?\s*[:=]?\s*\S+)? )?` +
	`((was |is )?not found|(could not|couldn.?t) be found|does(n.t| not) exist)\.?$|` +
	`^(could not|couldn.?t|cannot|can.?t) find (the )?(asset|record)( with .*)?$`)

// AssetByID asks for one asset, listed or not: of one that was absorbed the platform may return the asset that
// absorbed it. found is false if the platform has no such asset, or hides it from the key.
func (c *Client) AssetByID(ctx context.Context, assetID string) (asset Asset, found bool, err error) {
	op := operation{doing: "read asset " + c.explain.safe(assetID, maxExcerpt), field: "asset", nullable: true,
		absent: func(r response) bool { return c.explain.saysAbsent(r, assetID) }}
	var q struct {
		Asset *struct {
			ID   id
			Name text
		} `graphql:"asset(id: $id)"`
	}
	_, err = c.call(ctx, op, &q, map[string]any{"id": graphql.ID(assetID)})
	switch {
	case err != nil, q.Asset == nil:
		return Asset{}, false, err
	case q.Asset.ID == "":
		return Asset{}, false, c.misfit(op, errNoID)
	}
	return Asset{ID: string(q.Asset.ID), Name: string(q.Asset.Name)}, true, nil
}

// saysAbsent reports whether an answer of the platform's own says that there is no record of this id, and
// nothing else.
func (e explainer) saysAbsent(r response, recordID string) bool {
	var doc envelope
	if r.status != http.StatusOK || json.Unmarshal(r.body, &doc) != nil || len(doc.Errors) != 1 {
		return false
	}
	for _, payload := range doc.Data {
		if string(payload) != "null" {
			return false
		}
	}
	said := e.safe(string(doc.Errors[0].Message), maxMessage)
	if named := inaccessible().FindStringSubmatch(said); named != nil {
		return named[2] == recordID
	}
	return missing().MatchString(said)
}
