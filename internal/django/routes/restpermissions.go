package routes

import (
	"gonogo/internal/python/eval"
)

// Source of what follows: rest_framework/permissions.py of 3.14 to 3.18.

const permissionPath = "rest_framework.permissions."

// permissionNames are the classes of permission, whose has_permission runs in Go, and what `|`, `&` and `~` make of them.
func (i *Interpreter) permissionNames() map[string]eval.Value {
	names := map[string]eval.Value{"SAFE_METHODS": eval.MakeTuple(eval.MakeStr("GET"), eval.MakeStr("HEAD"), eval.MakeStr("OPTIONS"))}
	operand := map[string]func(*eval.Call, eval.Value) eval.Value{
		"__and__": combine("AND", false), "__rand__": combine("AND", true), "__or__": combine("OR", false), "__ror__": combine("OR", true),
		"__invert__": func(_ *eval.Call, self eval.Value) eval.Value { return holder("NOT", self) },
	}
	class := func(name string, base eval.Value, attrs map[string]eval.Value, has func(c *eval.Call, self, request, view eval.Value) eval.Value) eval.Value {
		n := eval.NativeClass{Name: permissionPath + name, Partial: true, Attrs: attrs, ClassOperators: operand,
			Methods: map[string]func(*eval.Call, eval.Value) eval.Value{}}
		if base.IsValid() {
			n.Bases = []eval.Value{base}
		}
		if has != nil {
			n.Methods["has_permission"] = func(c *eval.Call, self eval.Value) eval.Value {
				return has(c, self, c.Arg(0, "request"), c.Arg(1, "view"))
			}
		}
		names[name] = eval.NewClass(n)
		i.classes[n.Name] = names[name]
		return names[name]
	}
	yes := func(*eval.Call, eval.Value, eval.Value, eval.Value) eval.Value { return eval.MakeBool(true) }
	base := class("BasePermission", eval.Value{}, map[string]eval.Value{}, yes)
	class("AllowAny", base, nil, yes)
	class("IsAuthenticated", base, nil, func(c *eval.Call, _, request, _ eval.Value) eval.Value { return ofUser(c, request, "is_authenticated") })
	class("IsAdminUser", base, nil, func(c *eval.Call, _, request, _ eval.Value) eval.Value { return ofUser(c, request, "is_staff") })
	class("IsAuthenticatedOrReadOnly", base, nil, func(c *eval.Call, _, request, _ eval.Value) eval.Value {
		if safe(c, request) {
			return eval.MakeBool(true)
		}
		return ofUser(c, request, "is_authenticated")
	})
	model := class("DjangoModelPermissions", base, map[string]eval.Value{"perms_map": permsMap(), "authenticated_users_only": eval.MakeBool(true)}, modelPermission)
	class("DjangoModelPermissionsOrAnonReadOnly", model, map[string]eval.Value{"authenticated_users_only": eval.MakeBool(false)}, nil)
	class("DjangoObjectPermissions", model, nil, nil)
	return names
}

func safe(c *eval.Call, request eval.Value) bool {
	method, _ := attr(c, request, "method").AsStr()
	return method == "GET" || method == "HEAD" || method == "OPTIONS"
}

// ofUser is bool(request.user and request.user.<attribute>).
func ofUser(c *eval.Call, request eval.Value, attribute string) eval.Value {
	user := attr(c, request, "user")
	if user.Truth() == eval.No {
		return eval.MakeBool(false)
	}
	switch attr(c, user, attribute).Truth() {
	case eval.Yes:
		return eval.MakeBool(true)
	case eval.No:
		return eval.MakeBool(false)
	}
	return c.UnknownFrom("what "+attribute+" of the user is", user)
}

// permsMap is the permissions that DjangoModelPermissions asks for by method.
func permsMap() eval.Value {
	list := func(perms ...string) eval.Value {
		var values []eval.Value
		for _, p := range perms {
			values = append(values, eval.MakeStr("%(app_label)s."+p+"_%(model_name)s"))
		}
		return eval.MakeList(values...)
	}
	entry := func(method string, perms ...string) eval.Entry {
		return eval.Entry{Key: eval.MakeStr(method), Value: list(perms...)}
	}
	return eval.MakeDict(entry("GET"), entry("OPTIONS"), entry("HEAD"), entry("POST", "add"), entry("PUT", "change"), entry("PATCH", "change"), entry("DELETE", "delete"))
}

// modelPermission is DjangoModelPermissions.has_permission.
func modelPermission(c *eval.Call, self, request, view eval.Value) eval.Value {
	user := attr(c, request, "user")
	authenticated := ofUser(c, request, "is_authenticated")
	if authenticated.Truth() == eval.No && attr(c, self, "authenticated_users_only").Truth() == eval.Yes {
		return eval.MakeBool(false)
	}
	if ignore, ok := c.FindAttr(view, "_ignore_model_permissions"); ok && ignore.Truth() == eval.Yes && authenticated.Truth() == eval.Yes {
		return eval.MakeBool(true)
	}
	method, _ := attr(c, request, "method").AsStr()
	wanted := attr(c, self, "perms_map").Get(method)
	if wanted.IsValid() && !wanted.IsUnknown() && len(wanted.Elems()) == 0 {
		return eval.MakeBool(true)
	}
	if has, ok := c.FindAttr(user, "has_perms"); ok && authenticated.Truth() == eval.No {
		return c.Call(has, c.Unknown("the permissions of the model"))
	}
	return c.UnknownFrom("whether the user has the permissions of the model", user)
}

// combination is AND, OR or NOT of permissions: an OperandHolder while it holds classes, an object with has_permission when it holds
// instances.
type combination struct {
	op       string
	operands []eval.Value
}

func combine(op string, reflected bool) func(*eval.Call, eval.Value) eval.Value {
	return func(c *eval.Call, self eval.Value) eval.Value {
		other := c.Args[0]
		if reflected {
			return holder(op, other, self)
		}
		return holder(op, self, other)
	}
}

// holder is OperandHolder or SingleOperandHolder: calling it makes instances of the operands.
func holder(op string, operands ...eval.Value) eval.Value {
	class := eval.NewClass(eval.NativeClass{Name: permissionPath + "OperandHolder", Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
		"__and__": combine("AND", false), "__rand__": combine("AND", true), "__or__": combine("OR", false), "__ror__": combine("OR", true),
		"__invert__": func(_ *eval.Call, self eval.Value) eval.Value { return holder("NOT", self) },
		"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			held, _ := self.State().(*combination)
			made := &combination{op: held.op}
			for _, o := range held.operands {
				made.operands = append(made.operands, c.Call(o))
			}
			return eval.NewObject(combinationClass(held.op), made)
		},
	}})
	return eval.NewObject(class, &combination{op, operands})
}

// combinationClass is the class of an AND, OR or NOT that can be asked.
func combinationClass(op string) eval.Value {
	return eval.NewClass(eval.NativeClass{Name: permissionPath + op, Partial: true, Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
		"has_permission": func(c *eval.Call, self eval.Value) eval.Value {
			held, _ := self.State().(*combination)
			result := eval.Yes
			if op == "OR" {
				result = eval.No
			}
			for _, o := range held.operands {
				t := c.Call(c.GetAttr(o, "has_permission"), c.Args...).Truth()
				switch {
				case op == "NOT":
					result = inverse(t)
				case op == "AND" && (t == eval.No || result == eval.No):
					result = eval.No
				case op == "OR" && (t == eval.Yes || result == eval.Yes):
					result = eval.Yes
				case t == eval.Maybe:
					result = eval.Maybe
				}
			}
			if result == eval.Maybe {
				return c.Unknown("whether a combination of permissions lets the request in")
			}
			return eval.MakeBool(result == eval.Yes)
		},
	}})
}

func inverse(t eval.Tri) eval.Tri {
	switch t {
	case eval.Yes:
		return eval.No
	case eval.No:
		return eval.Yes
	}
	return t
}

// combinationText writes a combination as a person would: "IsOwner | IsAdminUser". name gives the name of an operand.
func combinationText(v eval.Value, name func(eval.Value) string, depth int) (string, bool) {
	held, ok := v.State().(*combination)
	if !ok || depth > maxNesting {
		return "", false
	}
	operand := func(o eval.Value) string {
		if text, ok := combinationText(o, name, depth+1); ok {
			if inner, _ := o.State().(*combination); inner.op != "NOT" {
				return "(" + text + ")"
			}
			return text
		}
		return name(o)
	}
	switch {
	case held.op == "NOT":
		return "~" + operand(held.operands[0]), true
	case held.op == "AND":
		return operand(held.operands[0]) + " & " + operand(held.operands[1]), true
	}
	return operand(held.operands[0]) + " | " + operand(held.operands[1]), true
}
