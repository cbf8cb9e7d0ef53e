package demo

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// resolve resolves a root field. The caller holds the lock.
func (p *Platform) resolve(op *ast.OperationDefinition, f *ast.Field, vars map[string]any) (any, error) {
	args := f.ArgumentMap(vars)
	input := asMap(args["input"])
	switch f.Name {
	case "__typename":
		if op.Operation == ast.Mutation {
			return "Mutation", nil
		}
		return "Query", nil
	case "companies":
		return p.listCompanies(args), nil
	case "company":
		c, err := p.company(args["id"])
		if err != nil {
			return nil, err
		}
		return c.object(), nil
	case "asset":
		return p.assetByID(text(args["id"]))
	case "assets":
		return p.listAssets(args)
	case "currentUserProfile":
		return fixed("PortalUser", map[string]any{"id": "7", "name": "Demo User", "email": "demo@acme.example"}), nil
	case "backstageIntegration":
		if i := p.integrationOf(text(args["instanceId"])); i != nil {
			return i.object(), nil
		}
		return nil, nil
	case "createOrUpdateBackstageIntegration":
		return p.saveIntegration(input)
	case "importAssetToIntegration":
		return p.importAssets(input)
	}
	return nil, fmt.Errorf("the field %s is not served here", f.Name)
}

func (p *Platform) company(id any) (*company, error) {
	if c := p.companies[text(id)]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("Scope - Resource not accessible for id: %s", text(id)) //nolint:staticcheck // It is the protocol's wording.
}

func (c *company) object() object {
	return fixed("Company", map[string]any{"id": c.ID, "label": c.Label})
}

// assetByID returns an asset that is listed, archived, or the one that has absorbed it.
func (p *Platform) assetByID(id string) (any, error) {
	for _, c := range p.companies {
		p.createDue(c)
		for i := range c.assets {
			if c.assets[i].ID == id {
				return c.assets[i].object(), nil
			}
		}
	}
	for i := range p.unlisted {
		if a := &p.unlisted[i]; a.ID == id {
			if a.into != "" {
				return p.assetByID(a.into)
			}
			return a.object(), nil
		}
	}
	return nil, fmt.Errorf("Asset with id %s not found", id)
}

func (p *Platform) listCompanies(args map[string]any) object {
	params := asMap(args["params"])
	var found []Company
	for _, c := range p.options.Companies {
		if equal := text(params["labelEq"]); equal != "" && c.Label != equal {
			continue
		}
		if !strings.Contains(strings.ToLower(c.Label), strings.ToLower(text(params["labelCont"]))) {
			continue
		}
		found = append(found, c)
	}
	return paged("CompanyCollection", found, args, 0, func(c Company) object {
		return fixed("Company", map[string]any{"id": c.ID, "label": c.Label})
	})
}

func (p *Platform) listAssets(args map[string]any) (any, error) {
	c, err := p.company(args["companyId"])
	if err != nil {
		return nil, err
	}
	in := asMap(args["search"])
	s := search{name: text(in["name"]), integrations: texts(in["integrationTypes"]),
		sortByName: in["sortBy"] == "name", sortByTime: in["sortBy"] == "updated_at", up: in["order"] != "DESC"}
	for field, ends := range map[string][2]*time.Time{
		"createdAt": {&s.createdFrom, &s.createdUntil}, "updatedAt": {&s.updatedFrom, &s.updatedUntil}} {
		dates := asMap(in[field])
		for i, name := range []string{"startDate", "endDate"} {
			if *ends[i], err = date(text(dates[name])); err != nil {
				return nil, err
			}
		}
	}
	return paged("AssetCollection", p.find(c, s), args, p.options.PageCap, (*Asset).object), nil
}

// date parses an ISO 8601 time or day; "" is the zero time.
func date(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date", s)
}

func (a *Asset) object() object {
	return object{"Asset", func(name string) any {
		switch name {
		case "id":
			return a.ID
		case "name":
			return a.Name
		case "description":
			return a.Description
		case "assetType":
			return a.AssetType
		case "lifeCycle":
			return a.LifeCycle
		case "url":
			return a.URL
		case "assetsTagList":
			return nonNil(a.Tags)
		case "integrations":
			return []string{a.Integration}
		case "createdAt":
			return a.CreatedAt.UTC().Format(time.RFC3339)
		case "updatedAt":
			return a.UpdatedAt.UTC().Format(time.RFC3339)
		}
		return nil
	}}
}

const pageLimit = 10

// paged returns one page of a list in the platform's form: collection and metadata.
func paged[T any](typename string, all []T, args map[string]any, pageCap int, item func(T) object) object {
	page, limit := max(1, number(args["page"], 1)), number(args["limit"], pageLimit)
	if limit < 1 {
		limit = pageLimit
	}
	if pageCap > 0 {
		limit = min(limit, pageCap)
	}
	// Compare before multiplying, so that no page number overflows.
	var part []T
	if pages := (len(all) + limit - 1) / limit; page <= pages {
		part = all[(page-1)*limit : min(page*limit, len(all))]
	}
	return object{typename, func(name string) any {
		if name == "metadata" {
			return fixed("CollectionMetadata", map[string]any{"currentPage": page, "limitValue": limit,
				"totalCount": len(all), "totalPages": (len(all) + limit - 1) / limit})
		}
		items := make([]object, len(part))
		for i := range part {
			items[i] = item(part[i])
		}
		return items
	}}
}

func (p *Platform) integrationOf(instanceID string) *integration {
	i := slices.IndexFunc(p.integrations, func(i integration) bool { return i.instanceID == instanceID })
	if i < 0 {
		return nil
	}
	return &p.integrations[i]
}

func (i *integration) object() object {
	return fixed("BackstageIntegration", map[string]any{"id": i.id, "backstageUrl": i.backstageURL, "instanceId": i.instanceID,
		"autoImportEnabled": i.autoImport, "updatedAt": i.updatedAt.UTC().Format(time.RFC3339)})
}

// saveIntegration creates an instance's integration or updates the fields in the input.
func (p *Platform) saveIntegration(in map[string]any) (any, error) {
	c, err := p.company(in["companyId"])
	if err != nil {
		return nil, err
	}
	id := text(in["instanceId"])
	if id == "" {
		return nil, errors.New("instanceId can't be blank")
	}
	i := p.integrationOf(id)
	if i == nil {
		p.integrations = append(p.integrations, integration{id: strconv.Itoa(len(p.integrations) + 1), instanceID: id})
		i = &p.integrations[len(p.integrations)-1]
	}
	i.companyID, i.backstageURL, i.updatedAt = c.ID, text(in["backstageUrl"]), p.now()
	if on, ok := in["autoImportEnabled"].(bool); ok {
		i.autoImport = on
	}
	return fixed("CreateOrUpdateBackstageIntegrationPayload", map[string]any{"backstageIntegration": i.object()}), nil
}

// importAssets accepts projects for the job that makes assets of them.
func (p *Platform) importAssets(in map[string]any) (any, error) {
	c, err := p.company(in["companyId"])
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(text(in["integrationType"]), backstage) {
		return nil, fmt.Errorf("integration type %q is not supported", text(in["integrationType"]))
	}
	list, _ := in["projects"].([]any)
	projects := make([]Project, 0, len(list))
	for _, item := range list {
		m := asMap(item)
		projects = append(projects, Project{ID: text(m["id"]), Name: text(m["name"]), Description: text(m["description"]),
			URL: text(m["url"]), RepoURL: text(m["repoUrl"]), Lifecycle: text(m["lifecycle"]), Tags: texts(m["tags"]),
			Owner: text(m["owner"]), AssetType: text(m["assetType"])})
	}
	taken, reasons := p.accept(c, projects)
	payload := map[string]any{"success": len(reasons) == 0, "importedCount": taken, "errors": reasons}
	if len(reasons) == 0 {
		payload["errors"] = nil
	}
	return fixed("ImportAssetToIntegrationPayload", payload), nil
}

// fixed returns an object with constant fields.
func fixed(typename string, fields map[string]any) object {
	return object{typename, func(name string) any { return fields[name] }}
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// text returns a string or an ID, which may be a number; "" for anything else.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// texts returns a list of strings; a single string is a list of one.
func texts(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	list, _ := v.([]any)
	all := make([]string, 0, len(list))
	for _, item := range list {
		all = append(all, text(item))
	}
	return all
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// number returns an Int argument, a float64 in JSON.
func number(v any, absent int) int {
	switch v := v.(type) {
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(v)
	case string:
		if n, err := strconv.Atoi(v); err == nil {
			return n
		}
	}
	return absent
}
