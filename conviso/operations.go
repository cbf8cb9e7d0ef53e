package conviso

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/shurcooL/graphql"
)

// The library derives a variable's GraphQL type from its Go type name, and a field from its Go
// field. Types named as in the schema are therefore declared inside the functions that send
// them.

// call sends op. selection points to the struct that names the fields and receives the data.
// For op.partial it returns the errors beside the data.
func (c *Client) call(ctx context.Context, op operation, selection any, variables map[string]any) ([]string, error) {
	x := &exchange{op: op}
	send := c.gql.Query
	if op.mutation {
		send = c.gql.Mutate
	}
	err := send(context.WithValue(ctx, exchangeKey{}, x), selection, variables)
	if err == nil && op.into != nil {
		err = json.Unmarshal(x.payload, op.into)
	}
	if err == nil {
		return x.messages, nil
	}
	var fail *failure
	if errors.As(err, &fail) {
		fail.doing = op.doing
		return nil, fail
	}
	// The response passed interpret, but its data did not decode.
	return nil, c.misfit(op, err)
}

func (c *Client) misfit(op operation, why error) *failure {
	fail := c.explain.misfit(why)
	fail.doing = op.doing
	return fail
}

// Companies returns the companies that the key may see.
func (c *Client) Companies(ctx context.Context) ([]Company, error) {
	op := operation{doing: "read the companies", field: "companies"}
	p := pager[Company]{client: c, op: op, limit: companiesPage,
		id: func(o Company) string { return o.ID }, name: func(o Company) string { return o.Label }}
	p.fetch = func(ctx context.Context, page, limit int) ([]Company, *metadata, error) {
		var q struct {
			Companies *struct {
				Collection []companyFields
				Metadata   *metadata
			} `graphql:"companies(page: $page, limit: $limit)"`
		}
		_, err := c.call(ctx, op, &q, map[string]any{"page": graphql.Int(page), "limit": graphql.Int(limit)})
		if err != nil || q.Companies.Collection == nil {
			return nil, nil, err
		}
		companies := make([]Company, len(q.Companies.Collection))
		for i, got := range q.Companies.Collection {
			companies[i] = got.company()
		}
		return companies, q.Companies.Metadata, nil
	}
	return p.read(ctx)
}

type companyFields struct {
	ID    id
	Label text
}

func (f companyFields) company() Company { return Company{ID: string(f.ID), Label: string(f.Label)} }

// Company returns one company. ErrAuth: the key may not see it or it does not exist.
func (c *Client) Company(ctx context.Context, id string) (Company, error) {
	op := operation{doing: "read company " + c.explain.safe(id, maxExcerpt), field: "company", company: id, nullable: true}
	var q struct {
		Company *companyFields `graphql:"company(id: $id)"`
	}
	if _, err := c.call(ctx, op, &q, map[string]any{"id": graphql.ID(id)}); err != nil {
		return Company{}, err
	}
	if q.Company == nil {
		return Company{}, &failure{class: Auth, kind: ErrAuth, doing: op.doing,
			text: fmt.Sprintf("%s shows the key of %s no such company; check CONVISO_COMPANY_ID", c.host, c.explain.setting)}
	}
	if q.Company.ID == "" {
		return Company{}, c.misfit(op, errNoID)
	}
	return q.Company.company(), nil
}

type integrationFields struct {
	ID                id
	BackstageURL      text
	InstanceID        text
	AutoImportEnabled bool
	UpdatedAt         text
}

func (f integrationFields) integration() *Integration {
	return &Integration{
		ID: string(f.ID), BackstageURL: string(f.BackstageURL), InstanceID: string(f.InstanceID),
		AutoImportEnabled: f.AutoImportEnabled, UpdatedAt: string(f.UpdatedAt),
	}
}

// absent matches the messages of servers for a missing record.
var absent = compiled(`(?i)not found|(couldn.?t|could not|cannot) find|does ?n[o']t exist|no (such )?integration`)

// Integration returns the platform's record of a Backstage instance, or ErrNoIntegration.
func (c *Client) Integration(ctx context.Context, instanceID string) (*Integration, error) {
	op := operation{doing: "read the integration of " + c.explain.safe(instanceID, maxExcerpt), field: "backstageIntegration", nullable: true}
	var q struct {
		BackstageIntegration *integrationFields `graphql:"backstageIntegration(instanceId: $instanceId)"`
	}
	_, err := c.call(ctx, op, &q, map[string]any{"instanceId": graphql.String(instanceID)})
	var fail *failure
	switch {
	case errors.As(err, &fail) && fail.class == Permanent && fail.kind == nil && absent().MatchString(fail.text):
	case err != nil:
		return nil, err
	case q.BackstageIntegration != nil && q.BackstageIntegration.ID == "":
		return nil, c.misfit(op, errNoID)
	case q.BackstageIntegration != nil:
		return q.BackstageIntegration.integration(), nil
	}
	return nil, &failure{class: Permanent, kind: ErrNoIntegration, cause: err, doing: op.doing,
		text: fmt.Sprintf("%s knows no integration of this Backstage yet; the first import creates it", c.host)}
}

// IntegrationInput is the input of SaveIntegration.
type IntegrationInput struct {
	CompanyID    string `json:"companyId"`
	BackstageURL string `json:"backstageUrl"`
	InstanceID   string `json:"instanceId"`
	// AutoImportEnabled is left unchanged if nil.
	AutoImportEnabled *bool `json:"autoImportEnabled,omitempty"`
}

// SaveIntegration creates or updates an instance's integration. It is idempotent and therefore retried.
func (c *Client) SaveIntegration(ctx context.Context, in IntegrationInput) (Integration, error) {
	type CreateOrUpdateBackstageIntegrationInput IntegrationInput
	op := operation{doing: "save the integration of " + c.explain.safe(in.InstanceID, maxExcerpt),
		field: "createOrUpdateBackstageIntegration", company: in.CompanyID, mutation: true}
	var m struct {
		Save *struct {
			BackstageIntegration *integrationFields
		} `graphql:"createOrUpdateBackstageIntegration(input: $input)"`
	}
	if _, err := c.call(ctx, op, &m, map[string]any{"input": CreateOrUpdateBackstageIntegrationInput(in)}); err != nil {
		return Integration{}, err
	}
	if m.Save.BackstageIntegration == nil || m.Save.BackstageIntegration.ID == "" {
		return Integration{}, c.misfit(op, errors.New("the saved integration is missing"))
	}
	return *m.Save.BackstageIntegration.integration(), nil
}
