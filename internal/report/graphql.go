package report

import (
	"fmt"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// fieldHead names a field with its endpoint: "QUERY  /graphql/ Query.products".
func fieldHead(e *routes.Endpoint, f *routes.Field) string {
	return fieldMethod(f) + "  " + endpointPath(e) + " " + f.FullName()
}

func fieldMethod(f *routes.Field) string { return strings.ToUpper(f.Type) }

// fieldLines are what is known of a field, a sentence each.
func fieldLines(f *routes.Field) (lines []string) {
	if text := fieldView(f); text != "" {
		lines = append(lines, text)
	}
	if f.Permissions.From != routes.FromNowhere {
		lines = append(lines, "permission: "+strings.TrimSuffix(choiceText(f.Permissions), " (action)"))
	}
	if text := accessText(map[string]routes.Access{"": f.Access}); text != "" {
		lines = append(lines, text)
	}
	if f.Lists == eval.Yes {
		lines = append(lines, "lists all objects, without pages")
	}
	if f.Unscoped != "" {
		lines = append(lines, "takes a user's "+f.Unscoped+" by its key and does not ask whose it is")
	}
	return lines
}

// fieldView is the function or class behind a field with its place.
func fieldView(f *routes.Field) string {
	text := f.Resolver
	if !f.At.IsZero() {
		text = strings.TrimPrefix(text+", "+place(f.At), ", ")
	}
	return text
}

// graphQLLines are what is known of a view of GraphQL as a whole.
func graphQLLines(g *routes.GraphQL) (lines []string) {
	if g == nil {
		return nil
	}
	for _, l := range g.Limits {
		lines = append(lines, "limits queries: "+lastNames([]string{l.Name})[0])
	}
	if g.LimitsUnknown != "" {
		lines = append(lines, "what else limits queries is not known: "+g.LimitsUnknown)
	} else if len(g.Limits) == 0 {
		lines = append(lines, "limits neither depth, cost nor aliases of a query")
	}
	if g.Editor == eval.Yes {
		lines = append(lines, "serves an editor to browsers")
	}
	if g.Unknown != "" {
		lines = append(lines, "there can be more fields: "+g.Unknown)
	}
	return lines
}

// FieldCount counts the fields of GraphQL by what is known of them.
type FieldCount struct {
	// Known are all fields, Mutations those of the type Mutation; Open are those that anyone may call, OpenMutations the mutations of them,
	// Unsure those of which it is not known; Unbounded list all rows of a model, Unscoped take a user's row by its key alone.
	Known, Mutations, Open, OpenMutations, Unsure, Unbounded, Unscoped int
}

func (c *FieldCount) add(g *routes.GraphQL) {
	if g == nil {
		return
	}
	for n := range g.Fields {
		f := &g.Fields[n]
		c.Known++
		if f.Type == "Mutation" {
			c.Mutations++
		}
		switch f.Access.Anyone {
		case eval.Yes:
			c.Open++
			if f.Type == "Mutation" {
				c.OpenMutations++
			}
		case eval.Maybe:
			c.Unsure++
		}
		if f.Lists == eval.Yes {
			c.Unbounded++
		}
		if f.Unscoped != "" {
			c.Unscoped++
		}
	}
}

// lines are the counts in sentences, none where there is no GraphQL.
func (c FieldCount) lines() []string {
	if c.Known == 0 {
		return nil
	}
	text := fmt.Sprintf("%d fields of GraphQL, %d of them mutations; %d anyone may call, %d of them mutations; of %d it is not known", c.Known, c.Mutations, c.Open, c.OpenMutations, c.Unsure)
	if c.Unbounded > 0 {
		text += fmt.Sprintf("; %d list all objects there are", c.Unbounded)
	}
	if c.Unscoped > 0 {
		text += fmt.Sprintf("; %d take a user's object by its key and do not ask whose it is", c.Unscoped)
	}
	return []string{text}
}

// jsonGraphQL is what a view of GraphQL serves.
type jsonGraphQL struct {
	Package       string      `json:"package"`
	Limits        []string    `json:"limits"`
	LimitsUnknown string      `json:"limits_unknown,omitempty"`
	Editor        *bool       `json:"editor"`
	Introspection *bool       `json:"introspection"`
	Fields        []jsonField `json:"fields"`
	Unknown       string      `json:"unknown,omitempty"`
}

// jsonField is one field; anyone and unbounded are null where they are not known.
type jsonField struct {
	Type       string      `json:"type"`
	Name       string      `json:"name"`
	Resolver   string      `json:"resolver"`
	At         *jsonPlace  `json:"at"`
	Permission *jsonChoice `json:"permission"`
	Access     jsonAccess  `json:"access"`
	Unbounded  *bool       `json:"unbounded"`
	Unscoped   string      `json:"unscoped,omitempty"`
}

func triOrNil(t eval.Tri) *bool {
	if t != eval.Yes && t != eval.No {
		return nil
	}
	yes := t == eval.Yes
	return &yes
}

func encodeGraphQL(g *routes.GraphQL) *jsonGraphQL {
	if g == nil {
		return nil
	}
	j := &jsonGraphQL{Package: g.Package, Limits: []string{}, LimitsUnknown: g.LimitsUnknown, Editor: triOrNil(g.Editor), Introspection: triOrNil(g.Introspection),
		Fields: []jsonField{}, Unknown: g.Unknown}
	for _, l := range g.Limits {
		j.Limits = append(j.Limits, l.Name)
	}
	for n := range g.Fields {
		f := &g.Fields[n]
		one := jsonField{Type: f.Type, Name: f.Name, Resolver: f.Resolver, Permission: encodeChoice(f.Permissions),
			Access: jsonAccess{Anyone: triOrNil(f.Access.Anyone), Why: f.Access.Why}, Unbounded: triOrNil(f.Lists), Unscoped: f.Unscoped}
		if !f.At.IsZero() {
			at := encodePlace(f.At)
			one.At = &at
		}
		j.Fields = append(j.Fields, one)
	}
	return j
}
