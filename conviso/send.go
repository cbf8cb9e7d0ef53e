package conviso

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// ImportResult is the platform's answer to an import. Only the assets tell what was imported.
type ImportResult struct {
	Success       bool
	ImportedCount int      // the platform's number, unchecked
	Errors        []string // the platform's messages, safe to show
}

// Import sends projects once. Its error is always a *SendError, whose Class decides about
// sending again. A nil error means that the platform answered, not that it imported anything.
func (c *Client) Import(ctx context.Context, companyID string, projects []Project) (ImportResult, error) {
	type ImportAssetToIntegrationInput struct {
		CompanyID       string    `json:"companyId"`
		IntegrationType string    `json:"integrationType"`
		Projects        []Project `json:"projects"`
	}
	op := operation{doing: fmt.Sprintf("import %d projects into company %s", len(projects), c.explain.safe(companyID, maxExcerpt)),
		field: "importAssetToIntegration", company: companyID, mutation: true, once: true, partial: true}
	var m struct {
		Import *struct {
			Success       *bool
			ImportedCount *int
			Errors        []text
		} `graphql:"importAssetToIntegration(input: $input)"`
	}
	beside, err := c.call(ctx, op, &m, map[string]any{"input": ImportAssetToIntegrationInput{
		CompanyID: companyID, IntegrationType: "backstage", Projects: withTags(projects),
	}})
	var fail *failure
	if errors.As(err, &fail) {
		return ImportResult{}, &SendError{Class: fail.class, Wait: fail.wait, Split: fail.split, Said: fail.said, Own: fail.own, Err: fail}
	}
	if m.Import.Success == nil && m.Import.ImportedCount == nil {
		fail = c.misfit(op, errors.New("neither success nor importedCount is there"))
		return ImportResult{}, &SendError{Class: fail.class, Err: fail}
	}
	result := ImportResult{Errors: beside}
	if m.Import.Success != nil {
		result.Success = *m.Import.Success
	}
	if m.Import.ImportedCount != nil {
		result.ImportedCount = *m.Import.ImportedCount
	}
	rights := len(m.Import.Errors) > 0
	for _, said := range m.Import.Errors {
		result.Errors = append(result.Errors, c.explain.safe(string(said), maxMessage))
		rights = rights && deniedSentence().MatchString(string(said))
	}
	if rights && !result.Success && result.ImportedCount == 0 {
		fail = c.explain.denied(op, response{status: http.StatusOK}, strings.Join(result.Errors, "; "))
		fail.doing = op.doing
		return ImportResult{}, &SendError{Class: fail.class, Err: fail}
	}
	return result, nil
}

// withTags replaces nil tags by an empty list, as the platform expects.
func withTags(projects []Project) []Project {
	all := make([]Project, len(projects))
	for i, p := range projects {
		if p.Tags == nil {
			p.Tags = []string{}
		}
		all[i] = p
	}
	return all
}
