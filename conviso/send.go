package conviso

import (
	"context"
	"errors"
	"fmt"
)

// ImportResult is what the platform says of an import. It names nobody: which project went
// in, only the assets tell.
type ImportResult struct {
	// Success is the platform's own word.
	Success bool
	// ImportedCount is the number that the platform says it took; it may be anything.
	ImportedCount int
	// Errors are the platform's sentences, safe to show.
	Errors []string
}

// Import sends projects once. An error is always a *SendError; whatever it says, the
// projects may be sent again only as its Class allows. No error means that the platform
// answered for this import, not that it took any of it.
func (c *Client) Import(ctx context.Context, companyID string, projects []Project) (ImportResult, error) {
	type ImportAssetToIntegrationInput struct {
		CompanyID       string    `json:"companyId"`
		IntegrationType string    `json:"integrationType"`
		Projects        []Project `json:"projects"`
	}
	op := operation{doing: fmt.Sprintf("import %d projects into company %s", len(projects), c.say.safe(companyID, maxExcerpt)),
		field: "importAssetToIntegration", company: companyID, mutation: true, once: true, partial: true}
	var m struct {
		Import *struct {
			Success       *bool
			ImportedCount *int
			Errors        []text
		} `graphql:"importAssetToIntegration(input: $input)"`
	}
	beside, err := c.call(ctx, op, &m, map[string]any{"input": ImportAssetToIntegrationInput{
		CompanyID: companyID, IntegrationType: "backstage", Projects: listed(projects),
	}})
	var fail *failure
	if errors.As(err, &fail) {
		return ImportResult{}, &SendError{Class: fail.class, Wait: fail.wait, Err: fail}
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
	for _, said := range m.Import.Errors {
		result.Errors = append(result.Errors, c.say.safe(string(said), maxMessage))
	}
	return result, nil
}

// listed returns projects whose absent tags are an empty list, as the platform expects them.
func listed(projects []Project) []Project {
	all := make([]Project, len(projects))
	for i, p := range projects {
		if p.Tags == nil {
			p.Tags = []string{}
		}
		all[i] = p
	}
	return all
}
