package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// The platform's published limits for one operation.
const (
	maxDepth      = 15
	maxComplexity = 400
)

// graphQL is the response to an operation.
type graphQL struct {
	Data   *ordered     `json:"data"`
	Errors []graphError `json:"errors,omitempty"`
}

// refused is the response to an operation that did not run; it has no data member.
type refused struct {
	Errors []graphError `json:"errors"`
}

type graphError struct {
	Message   string              `json:"message"`
	Path      []string            `json:"path,omitempty"`
	Locations []gqlerror.Location `json:"locations,omitempty"`
}

func refuseOperation(err error) refused {
	var list gqlerror.List
	if !errors.As(err, &list) {
		one := &gqlerror.Error{}
		if !errors.As(err, &one) {
			one = &gqlerror.Error{Message: err.Error()}
		}
		list = gqlerror.List{one}
	}
	var r refused
	for _, e := range list {
		r.Errors = append(r.Errors, graphError{Message: e.Message, Locations: e.Locations})
	}
	return r
}

// execute runs a GraphQL request and returns the status and the value to encode as JSON.
func (p *Platform) execute(body []byte) (int, any) {
	var in struct {
		Query         string         `json:"query"`
		Variables     map[string]any `json:"variables"`
		OperationName string         `json:"operationName"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return http.StatusBadRequest, refuseOperation(errors.New("the request is not JSON with a query and variables"))
	}
	op, err := p.parse(in.Query, in.OperationName)
	if err != nil {
		return http.StatusOK, refuseOperation(err)
	}
	vars, err := validator.VariableValues(p.schema, op, in.Variables)
	if err != nil {
		return http.StatusOK, refuseOperation(err)
	}
	return http.StatusOK, p.run(op, vars)
}

// parse parses and validates an operation; its error lists all problems.
func (p *Platform) parse(query, name string) (*ast.OperationDefinition, error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Name: "operation", Input: query}, 10_000)
	if err != nil {
		return nil, err
	}
	if errs := validator.ValidateWithRules(p.schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
		return nil, errs
	}
	op := doc.Operations.ForName(name)
	if op == nil {
		return nil, errors.New("no operation of the name given, or several and no name")
	}
	depth, fields := weigh(op.SelectionSet)
	if depth > maxDepth {
		return nil, fmt.Errorf("Query has depth of %d, which exceeds max depth of %d", depth, maxDepth) //nolint:staticcheck // It is the protocol's wording.
	}
	if fields > maxComplexity {
		return nil, fmt.Errorf("Query has complexity of %d, which exceeds max complexity of %d", fields, maxComplexity) //nolint:staticcheck // It is the protocol's wording.
	}
	return op, nil
}

// weigh returns a selection's depth and its number of fields.
func weigh(set ast.SelectionSet) (depth, fields int) {
	for _, s := range set {
		var d, f int
		switch s := s.(type) {
		case *ast.Field:
			d, f = weigh(s.SelectionSet)
			d, f = d+1, f+1
		case *ast.InlineFragment:
			d, f = weigh(s.SelectionSet)
		case *ast.FragmentSpread:
			d, f = weigh(s.Definition.SelectionSet)
		}
		depth, fields = max(depth, d), fields+f
	}
	return depth, fields
}

// run resolves the root fields in order, as mutations require.
func (p *Platform) run(op *ast.OperationDefinition, vars map[string]any) graphQL {
	p.state.Lock()
	defer p.state.Unlock()
	answer := graphQL{Data: &ordered{}}
	for _, f := range flatten(op.SelectionSet, vars) {
		if op.Operation == ast.Mutation && f.Name != "__typename" {
			p.imports.Mutations++
		}
		value, err := p.resolve(op, f, vars)
		if err != nil {
			answer.Errors = append(answer.Errors, graphError{Message: err.Error(), Path: []string{f.Alias}})
			if f.Definition.Type.NonNull {
				answer.Data = nil
				return answer
			}
			value = nil
		}
		answer.Data.set(f.Alias, project(f, value, vars))
	}
	return answer
}

// object is a value of a GraphQL object type: a resolver for each field.
type object struct {
	typename string
	field    func(name string) any
}

// project reduces a resolved value to the selection, under its aliases.
func project(f *ast.Field, value any, vars map[string]any) any {
	switch v := value.(type) {
	case []object:
		items := make([]any, len(v))
		for i, o := range v {
			items[i] = project(f, o, vars)
		}
		return items
	case object:
		var out ordered
		for _, sub := range flatten(f.SelectionSet, vars) {
			if sub.Name == "__typename" {
				out.set(sub.Alias, v.typename)
				continue
			}
			out.set(sub.Alias, project(sub, v.field(sub.Name), vars))
		}
		return &out
	default:
		return v
	}
}

// flatten expands the fragments of a selection and applies @skip and @include. All types here
// are object types, so a valid fragment always applies.
func flatten(set ast.SelectionSet, vars map[string]any) []*ast.Field {
	var fields []*ast.Field
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if included(s.Directives, vars) {
				fields = append(fields, s)
			}
		case *ast.InlineFragment:
			if included(s.Directives, vars) {
				fields = append(fields, flatten(s.SelectionSet, vars)...)
			}
		case *ast.FragmentSpread:
			if included(s.Directives, vars) {
				fields = append(fields, flatten(s.Definition.SelectionSet, vars)...)
			}
		}
	}
	return fields
}

func included(directives ast.DirectiveList, vars map[string]any) bool {
	for _, d := range directives {
		value, ok := d.ArgumentMap(vars)["if"].(bool)
		if ok && value == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// ordered is a JSON object with members in the order of the selection.
type ordered struct {
	names  []string
	values map[string]any
}

// set adds a member; a field selected twice is one member with both selections.
func (o *ordered) set(name string, value any) {
	if o.values == nil {
		o.values = make(map[string]any)
	}
	old, ok := o.values[name].(*ordered)
	if more, isObject := value.(*ordered); ok && isObject {
		for _, n := range more.names {
			old.set(n, more.values[n])
		}
		return
	}
	if _, ok := o.values[name]; !ok {
		o.names = append(o.names, name)
	}
	o.values[name] = value
}

func (o *ordered) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for _, name := range o.names {
		b = appendKey(b, name)
		doc, err := json.Marshal(o.values[name])
		if err != nil {
			return nil, err
		}
		b = append(b, doc...)
	}
	return append(b, '}'), nil
}
