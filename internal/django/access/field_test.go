package access_test

import (
	"strings"
	"testing"

	"gonogo/internal/project"
	"gonogo/internal/source"
)

const grapheneHead = `import graphene
from graphene_django import DjangoObjectType
from graphene import relay
from graphql_relay import from_global_id
from graphql_jwt.decorators import login_required, permission_required, staff_member_required

from acme import send
from shop.models import Like, Order


class OrderType(DjangoObjectType):
    class Meta:
        model = Order


class OwnOrderType(DjangoObjectType):
    class Meta:
        model = Order
        interfaces = (relay.Node,)

    @classmethod
    def get_queryset(cls, queryset, info):
        return queryset.filter(customer=info.context.user)


class WholeOrderType(DjangoObjectType):
    class Meta:
        model = Order
        interfaces = (relay.Node,)


def own(user, order):
    if order.customer != user:
        raise Exception("not yours")


`

const berryHead = `import strawberry
import strawberry_django
from strawberry.permission import BasePermission
from strawberry.types import Info

from shop.models import Like, Order


class LoggedIn(BasePermission):
    def has_permission(self, source, info: Info, **kwargs):
        return info.context.request.user.is_authenticated


class OwnsOrder(BasePermission):
    def has_permission(self, source, info: Info, **kwargs):
        return Order.objects.get(pk=kwargs["id"]).customer == info.context.request.user


@strawberry_django.type(Order)
class OrderType:
    id: strawberry.auto


@strawberry_django.input(Order)
class OrderInput:
    id: strawberry.auto


@strawberry.input
class Named:
    id: int


`

// behindLogin before a schema puts its view behind a login.
const behindLogin = "# behind a login\n"

// findFields gives what was found of the fields of one schema, as find does.
func findFields(t *testing.T, pkg, body string) string {
	t.Helper()
	head, view := grapheneHead, "from graphene_django.views import GraphQLView\n"
	if pkg == "strawberry" {
		head, view = berryHead, "from strawberry.django.views import GraphQLView\n"
	}
	as := "GraphQLView.as_view(schema=schema)"
	if rest, closed := strings.CutPrefix(body, behindLogin); closed {
		body, as = rest, "login_required("+as+")"
		view += "from django.contrib.auth.decorators import login_required\n"
	}
	tree := source.FromMap(map[string][]byte{
		"manage.py":        nil,
		"requirements.txt": []byte("graphene-django==3.2\nstrawberry-graphql-django==0.60\n"),
		"settings.py":      []byte("ROOT_URLCONF = 'urls'\nINSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'shop']\n"),
		"shop/__init__.py": nil,
		"shop/models.py":   []byte(models),
		"shop/schema.py":   []byte(head + body),
		"urls.py":          []byte("from django.urls import path\n" + view + "from shop.schema import schema\n\nurlpatterns = [path('graphql/', " + as + ")]\n"),
	})
	s, err := project.Load(tree, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := s.Routes()
	if len(r.Endpoints) != 1 || r.Endpoints[0].GraphQL == nil || len(r.Endpoints[0].GraphQL.Fields) == 0 || r.Endpoints[0].GraphQL.Unknown != "" {
		t.Fatalf("no fields: %+v", r.Endpoints)
	}
	found := s.Reaches()
	var said []string
	for _, r := range found.Reaches {
		text := "reach"
		if r.Changes {
			text = "change"
		}
		if !r.Login {
			text += " by strangers"
		}
		said = append(said, text)
		if r.Field == nil {
			t.Errorf("no field of %+v", r)
		}
	}
	for _, d := range found.Doubts {
		said = append(said, "doubt")
		t.Log(d.Name(), d.Why)
	}
	if found.Asked > 0 {
		said = append(said, "asked")
	}
	return strings.Join(said, " ")
}

// query is a schema whose one field has a resolver; lines that begin with @ are decorators.
func query(resolver string) string {
	text := ""
	for line := range strings.SplitSeq(strings.TrimSpace(resolver), "\n") {
		text += "    " + line + "\n"
	}
	return "class Query(graphene.ObjectType):\n    order = graphene.Field(OrderType, id=graphene.ID())\n\n" + text + "\n\nschema = graphene.Schema(query=Query)\n"
}

// mutation is a schema with one mutation; body is that of mutate(root, info, id).
func mutation(decorators, body string) string {
	text := "class Close(graphene.Mutation):\n    class Arguments:\n        id = graphene.ID()\n\n    ok = graphene.Boolean()\n\n"
	if decorators != "" {
		text += "    " + decorators + "\n"
	}
	text += "    def mutate(root, info, id):\n        " + strings.ReplaceAll(body, "\n", "\n        ") + "\n        return Close(ok=True)\n\n\n"
	return text + "class Mutation(graphene.ObjectType):\n    close = Close.Field()\n\n\nclass Query(graphene.ObjectType):\n    hello = graphene.String()\n\n\nschema = graphene.Schema(query=Query, mutation=Mutation)\n"
}

func TestFindFieldsOfGraphene(t *testing.T) {
	const resolve = "@login_required\ndef resolve_order(root, info, id):\n    "
	node := func(kind string) string {
		return "class Query(graphene.ObjectType):\n    order = relay.Node.Field(" + kind + ")\n\n\nschema = graphene.Schema(query=Query)\n"
	}
	for _, c := range []struct{ name, body, want string }{
		{"by the key alone", query(resolve + "return Order.objects.get(pk=id)"), "reach"},
		{"by keyword arguments", query("@login_required\ndef resolve_order(root, info, **kwargs):\n    return Order.objects.get(pk=kwargs.get('id'))"), "reach"},
		{"by a global id", query(resolve + "kind, pk = from_global_id(id)\n    return Order.objects.get(pk=pk)"), "reach"},
		{"among the user's", query(resolve + "return Order.objects.get(pk=id, customer=info.context.user)"), ""},
		{"through the user", query(resolve + "return info.context.user.order_set.get(pk=id)"), ""},
		{"compared and refused", query(resolve + "order = Order.objects.get(pk=id)\n    if order.customer != info.context.user:\n        raise Exception('no')\n    return order"), "asked"},
		{"compared through a name", query(resolve + "request = info.context\n    order = Order.objects.get(pk=id)\n    if order.customer_id != request.user.pk:\n        return None\n    return order"), "asked"},
		{"a login in the body", query("def resolve_order(root, info, id):\n    user = info.context.user\n    if user.is_anonymous:\n        raise Exception('log in')\n    return Order.objects.get(pk=id)"), "reach"},
		{"a permission", query("@permission_required('shop.view_order')\ndef resolve_order(root, info, id):\n    return Order.objects.get(pk=id)"), "asked"},
		{"a permission in the body", query(resolve + "if not info.context.user.has_perm('shop.view_order'):\n        raise Exception('no')\n    return Order.objects.get(pk=id)"), "asked"},
		{"the staff", query("@staff_member_required\ndef resolve_order(root, info, id):\n    return Order.objects.get(pk=id)"), "asked"},
		{"a helper of the project", query(resolve + "order = Order.objects.get(pk=id)\n    own(info.context.user, order)\n    return order"), "asked"},
		{"a helper of a package", query(resolve + "order = Order.objects.get(pk=id)\n    send(info, order)\n    return order"), "doubt"},
		{"a key for code that is not followed", query(resolve + "return OrderType.find(info, id)"), "doubt"},
		{"what anyone may read", query(resolve + "return Like.objects.get(pk=id)"), ""},
		{"a mutation", mutation("@login_required", "Order.objects.filter(pk=id).delete()"), "change"},
		{"a mutation of strangers", mutation("", "order = Order.objects.get(pk=id)\norder.save()"), "change by strangers"},
		{"a mutation of the owner", mutation("@login_required", "Order.objects.filter(pk=id, customer=info.context.user).delete()"), ""},
		{"a mutation that compares", mutation("@login_required", "order = Order.objects.get(pk=id)\nif order.customer != info.context.user:\n    raise Exception('no')\norder.delete()"), "asked"},
		{"a node of a type that narrows", behindLogin + node("OwnOrderType"), "asked"},
		{"a node of a type that gives all", behindLogin + node("WholeOrderType"), "reach"},
		{"a node that strangers may read, of which another check tells", node("WholeOrderType"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := findFields(t, "graphene", c.body); got != c.want {
				t.Errorf("found %q, want %q, in\n%s", got, c.want, c.body)
			}
		})
	}
}

func TestFindFieldsOfStrawberry(t *testing.T) {
	field := func(decorator, parameters, body string) string {
		return "@strawberry.type\nclass Query:\n    @" + decorator + "\n    def order(self, " + parameters + ") -> OrderType:\n        " + body + "\n\n\nschema = strawberry.Schema(query=Query)\n"
	}
	const closed = "strawberry.field(permission_classes=[LoggedIn])"
	plain := "@strawberry.type\nclass Query:\n    hello: str = 'x'\n\n\n"
	for _, c := range []struct{ name, body, want string }{
		{"by the key alone", field(closed, "id: strawberry.ID", "return Order.objects.get(pk=id)"), "reach"},
		{"by a part of the input", field(closed, "info: Info, input: Named", "return Order.objects.get(pk=input.id)"), "reach"},
		{"among the user's", field(closed, "info: Info, id: int", "return Order.objects.get(pk=id, customer=info.context.request.user)"), ""},
		{"compared", field(closed, "info: Info, id: int", "order = Order.objects.get(pk=id)\n        if order.customer != info.context['request'].user:\n            raise ValueError\n        return order"), "asked"},
		{"a permission that compares", field("strawberry.field(permission_classes=[OwnsOrder])", "id: int", "return Order.objects.get(pk=id)"), ""}, // no login is asked for
		{"a function beside the type", "def one(id: int) -> OrderType:\n    return Order.objects.get(pk=id)\n\n\n@strawberry.type\nclass Query:\n    order: OrderType = strawberry.field(resolver=one, permission_classes=[LoggedIn])\n\n\nschema = strawberry.Schema(query=Query)\n", "reach"},
		{"a mutation", plain + "@strawberry.type\nclass Mutation:\n    @strawberry.mutation(permission_classes=[LoggedIn])\n    def close(self, id: int) -> bool:\n        Order.objects.get(pk=id).delete()\n        return True\n\n\nschema = strawberry.Schema(query=Query, mutation=Mutation)\n", "change"},
		{"a mutation of the package", plain + "@strawberry.type\nclass Mutation:\n    close: OrderType = strawberry_django.mutations.update(OrderInput, permission_classes=[LoggedIn])\n\n\nschema = strawberry.Schema(query=Query, mutation=Mutation)\n", "change"},
		{"one row of the package", "@strawberry.type\nclass Query:\n    order: OrderType = strawberry_django.field(permission_classes=[LoggedIn])\n\n\nschema = strawberry.Schema(query=Query)\n", "reach"},
		{"a list of the package", "@strawberry.type\nclass Query:\n    orders: list[OrderType] = strawberry_django.field(permission_classes=[LoggedIn])\n\n\nschema = strawberry.Schema(query=Query)\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := findFields(t, "strawberry", c.body); got != c.want {
				t.Errorf("found %q, want %q, in\n%s", got, c.want, c.body)
			}
		})
	}
}
