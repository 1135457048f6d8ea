package flow

import (
	"testing"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// kindOf is where the argument of the one call sink(...) of a module comes from.
func kindOf(t *testing.T, text string) Kind {
	t.Helper()
	m := &resolve.Module{Dotted: "shop.schema", Syntax: syntax.Parse(source.NewFile("shop/schema.py", []byte(text)))}
	code := New(resolve.NewGraph([]*resolve.Module{m}), []*resolve.Module{m})
	calls := code.Named("sink")
	if len(calls) != 1 || len(calls[0].Args) != 1 {
		t.Fatalf("the module has %d calls of sink", len(calls))
	}
	return calls[0].Origin(calls[0].Args[0], Question{}).Kinds
}

func TestOriginInGraphene(t *testing.T) {
	const head = `import graphene

class Kind(graphene.Enum):
    BIG = "big"

class Base(graphene.InputObjectType):
    note = graphene.String()

class OrderInput(Base):
    name = graphene.String(required=True)
    number = graphene.Int()
    extra = graphene.JSONString()

class Query(graphene.ObjectType):
    orders = graphene.List(graphene.String, name=graphene.String(), size=graphene.Int(), kind=Kind(), places=graphene.List(graphene.NonNull(graphene.ID)), by=OrderInput())

    def resolve_orders(self, info, name=None, size=None, kind=None, places=None, by=None, **rest):
        `
	tests := []struct {
		name, body string
		want       Kind
	}{
		{"text", "sink(name)", Request},
		{"text behind a variable", "x = 'a' + name\n        sink(x)", Request},
		{"number", "sink(size)", 0},
		{"enumeration", "sink(kind)", 0},
		{"list of texts", "sink(', '.join(places))", Request},
		{"element of a list", "for p in places:\n            sink(p)", Request},
		{"text of an input object", "sink(by.name)", Request},
		{"by its key", "sink(by['name'])", Request},
		{"by get", "sink(by.get('name', ''))", Request},
		{"of a base class", "sink(by.note)", Request},
		{"number of an input object", "sink(by.number)", 0},
		{"behind a variable", "b = by\n        sink(b.number)", 0},
		{"JSON of an input object", "sink(by.extra['x'])", Request},
		{"the object as a whole", "sink(by)", Validated},
		{"field without a known type", "sink(by.other)", Validated},
		{"argument without a known type", "sink(rest['x'])", Validated},
		{"the object above", "sink(self)", Parameter},
		{"request", "sink(info.context.GET['x'])", Request},
		{"request behind a variable", "request = info.context\n        sink(request.META['HTTP_X_NAME'])", Request},
		{"request of a context", "sink(info.context.request.COOKIES['x'])", Cookie},
		{"user", "sink(info.context.user.name)", Stored},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := kindOf(t, head+test.body+"\n"); got != test.want {
				t.Errorf("kinds %b, want %b", got, test.want)
			}
		})
	}
}

func TestOriginInMutations(t *testing.T) {
	const head = `import graphene

class Rename(graphene.Mutation):
    class Arguments:
        name = graphene.Argument(graphene.String, required=True)
        number = graphene.Argument(lambda: graphene.Int)

    `
	tests := []struct {
		name, body string
		want       Kind
	}{
		{"text", "def mutate(root, info, name, number):\n        sink(name)", Request},
		{"number", "def mutate(root, info, name, number):\n        sink(number)", 0},
		{"all arguments", "@classmethod\n    def perform_mutation(cls, root, info, /, **data):\n        sink(data['name'])", Request},
		{"handed to a method", "@classmethod\n    def mutate(cls, root, info, name, number):\n        cls.save(info, name)\n\n    @classmethod\n    def save(cls, info, text):\n        sink(text)", Request},
		{"handed to a static method", "@classmethod\n    def mutate(cls, root, info, name, number):\n        cls.save(name, number)\n\n    @staticmethod\n    def save(text, number):\n        sink(number)", 0},
		{"no mutation without info", "def mutate(self, name):\n        sink(name)", Parameter},
		{"other method", "def helper(self, info, name):\n        sink(name)", Parameter},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := kindOf(t, head+test.body+"\n"); got != test.want {
				t.Errorf("kinds %b, want %b", got, test.want)
			}
		})
	}
}

func TestOriginInStrawberryAndAriadne(t *testing.T) {
	const head = `from typing import Annotated, Optional
import enum
import uuid
import strawberry
import strawberry_django
from ariadne import QueryType
from strawberry.types import Info

query = QueryType()

@strawberry.enum
class Kind(enum.Enum):
    BIG = "big"

@strawberry.input
class OrderInput:
    name: str
    number: int

@strawberry.type
class Query:
    pass

`
	tests := []struct {
		name, body string
		want       Kind
	}{
		{"text", "@strawberry.field\ndef f(name: str):\n    sink(name)", Request},
		{"text or nothing", "@strawberry.field(name='x')\ndef f(name: str | None = None):\n    sink(name)", Request},
		{"optional", "@strawberry.mutation\ndef f(self, info: Info, name: Optional[str] = None):\n    sink(name)", Request},
		{"annotated", "@strawberry_django.mutation\ndef f(name: Annotated[str, 'a name']):\n    sink(name)", Request},
		{"list of keys", "@strawberry.field\ndef f(ids: list[strawberry.ID]):\n    sink(ids[0])", Request},
		{"uuid", "@strawberry.field\ndef f(key: uuid.UUID):\n    sink(key)", 0},
		{"enumeration", "@strawberry.field\ndef f(kind: Kind):\n    sink(kind)", 0},
		{"input object", "@strawberry.mutation\ndef f(data: OrderInput):\n    sink(data.name)", Request},
		{"number of an input object", "@strawberry.mutation\ndef f(data: OrderInput):\n    sink(data.number)", 0},
		{"the object above", "@strawberry.field\ndef f(root: strawberry.Parent[Query], name: str):\n    sink(root)", Parameter},
		{"request", "@strawberry.field\ndef f(info: Info):\n    sink(info.context.request.GET['x'])", Request},
		{"request by key", "@strawberry.field\ndef f(info: Info):\n    sink(info.context['request'].GET['x'])", Request},
		{"ariadne", "@query.field('orders')\ndef f(_, info, name):\n    sink(name)", Validated},
		{"ariadne with a number", "@query.field('orders')\ndef f(_, info, size: int):\n    sink(size)", 0},
		{"ariadne's object above", "@query.field('orders')\ndef f(obj, info, name):\n    sink(obj)", Parameter},
		{"ariadne's request", "@query.field('orders')\ndef f(_, info):\n    request = info.context.get('request')\n    sink(info.context['request'].POST['x'])", Request},
		{"name that is bound to itself", "def f():\n    x = x.request\n    sink(x.GET['a'])", Stored},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := kindOf(t, head+test.body+"\n"); got != test.want {
				t.Errorf("kinds %b, want %b", got, test.want)
			}
		})
	}
}
