package queries

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// shop is a schema of customers, orders and lines.
func shop() *Schema {
	s := &Schema{byClass: map[string]*Model{}, byKey: map[string]*Model{}}
	model := func(name string, fields ...*Field) *Model {
		m := &Model{Key: "shop." + strings.ToLower(name), Name: name, Class: "shop.models." + name, fields: map[string]*Field{},
			reverse: map[string]Relation{}, lookups: map[string]Relation{}, managers: map[string]bool{"objects": true, "fetching": false}}
		for _, f := range fields {
			f.Model = m
			m.fields[f.Name] = f
			m.Fields = append(m.Fields, f)
		}
		s.byKey[m.Key], s.byClass[m.Class] = m, m
		return m
	}
	customer := model("Customer", &Field{Name: "name", Kind: "CharField"}, &Field{Name: "email", Kind: "EmailField", Unique: true, Indexed: true})
	placed := &Field{Name: "customer", Kind: "ForeignKey", Relation: true, Indexed: true, To: customer}
	order := model("Order", placed, &Field{Name: "number", Kind: "CharField"}, &Field{Name: "created", Kind: "DateTimeField"})
	of := &Field{Name: "order", Kind: "ForeignKey", Relation: true, Indexed: true, To: order}
	line := model("Line", of)
	customer.reverse["order_set"], customer.lookups["order"] = Relation{To: order, Field: placed}, Relation{To: order, Field: placed}
	order.reverse["lines"], order.lookups["lines"] = Relation{To: line, Field: of}, Relation{To: line, Field: of}
	return s
}

// found is what the body of one function asks, in words.
func found(body string) string {
	text := "from datetime import datetime\nfrom django.core.paginator import Paginator\nfrom django.shortcuts import get_object_or_404, render\nfrom shop.models import Customer, Line, Order\n\n\ndef f(request, x):\n" +
		"    " + strings.ReplaceAll(body, "\n", "\n    ") + "\n"
	parsed := syntax.Parse(source.NewFile("shop/views.py", []byte(text)))
	names := &resolve.Module{Dotted: "shop.views", Syntax: parsed}
	models := &resolve.Module{Dotted: "shop.models", Syntax: syntax.Parse(source.NewFile("shop/models.py", []byte("class Customer: pass\nclass Order: pass\nclass Line: pass\n")))}
	graph := resolve.NewGraph([]*resolve.Module{names, models})
	facts := Read(shop(), graph, []Module{{Dotted: "shop.views", Syntax: parsed, Names: names}}, nil)
	var out []string
	for _, l := range facts.Lookups {
		out = append(out, fmt.Sprintf("%s.%s %s", l.Field.Model.Name, l.Field.Name, l.Lookup))
	}
	for _, f := range facts.Follows {
		out = append(out, "each "+f.Query.Model.Name+": "+f.Field)
	}
	for _, l := range facts.Lists {
		out = append(out, "all "+l.Query.Model.Name)
	}
	for _, w := range facts.Waste {
		out = append(out, fmt.Sprintf("waste %d", w.Kind))
	}
	for _, n := range facts.Naive {
		out = append(out, "naive "+n.Field.Name)
	}
	return strings.Join(out, "; ")
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"filter":                            {"Order.objects.filter(number=x)", "Order.number exact"},
		"lookup":                            {"Order.objects.all().filter(created__gte=x)", "Order.created gte"},
		"over a relation":                   {"Line.objects.filter(order__number=x)", "Order.number exact"},
		"over a relation backwards":         {"Customer.objects.filter(order__number=x)", "Order.number exact"},
		"beside an indexed field":           {"Order.objects.filter(customer=x, number=x)", ""},
		"behind an indexed field":           {"Order.objects.filter(pk=x).filter(number=x)", ""},
		"with what is not known":            {"Order.objects.filter(number=x, **request.GET)", ""},
		"shortcut":                          {"get_object_or_404(Order, number=x)", "Order.number exact"},
		"shortcut with a queryset":          {"get_object_or_404(Order.objects.filter(customer=x), number=x)", ""},
		"related manager":                   {"get_object_or_404(Customer, pk=x).order_set.filter(number=x)", ""},
		"exclude":                           {"Order.objects.exclude(number=x)", ""},
		"Q":                                 {"from django.db.models import Q\nOrder.objects.filter(Q(number=x))", "Order.number exact"},
		"ordering":                          {"Order.objects.order_by('-created')", "Order.created order_by"},
		"loop":                              {"for o in Order.objects.all():\n    print(o.customer.name)", "each Order: customer"},
		"loop over a name":                  {"all = Order.objects.all()\nfor o in list(all):\n    print(o.customer.name)", "each Order: customer"},
		"loop over two relations":           {"for l in Line.objects.select_related('order'):\n    print(l.order.customer.name)", "each Line: order__customer"},
		"fetched":                           {"for o in Order.objects.select_related('customer'):\n    print(o.customer.name)", ""},
		"fetched on one way":                {"q = Order.objects.all()\nif x:\n    q = q.select_related('customer')\nfor o in q:\n    print(o.customer.name)", ""},
		"manager of its own":                {"for o in Order.fetching.all():\n    print(o.customer.name)", ""},
		"method of its own":                 {"for o in Order.objects.recent():\n    print(o.customer.name)", ""},
		"comprehension":                     {"return [o.customer for o in Order.objects.all()]", "each Order: customer"},
		"key":                               {"return [o.customer_id for o in Order.objects.all()]", ""},
		"rows of one row":                   {"for l in Order.objects.get(pk=x).lines.all():\n    print(l.order.customer)\nfor o in Customer.objects.get(pk=x).order_set.all():\n    for l in o.lines.all():\n        print(l)", "each Order: lines"},
		"fetched with one row":              {"c = get_object_or_404(Customer.objects.prefetch_related('order_set__lines'), pk=x)\nfor o in c.order_set.all():\n    for l in o.lines.all():\n        print(l)", ""},
		"rows of a related manager":         {"for c in Customer.objects.prefetch_related('order_set'):\n    for o in c.order_set.all():\n        print(o.customer)", ""},
		"related manager of each row":       {"for o in Order.objects.all():\n    for l in o.lines.all():\n        print(l)", "each Order: lines"},
		"filtered for each row":             {"for o in Order.objects.all():\n    print(o.lines.filter(pk=x))", ""},
		"slice":                             {"for o in Order.objects.all()[:3]:\n    print(o.customer.name)", ""},
		"values":                            {"for o in Order.objects.values('number'):\n    print(o.customer)", ""},
		"loop that writes":                  {"for o in Order.objects.all():\n    print(o.customer)\n    o.save()", ""},
		"relation that is set":              {"for o in Order.objects.all():\n    o.customer = x\n    print(o.customer.name)", ""},
		"name that is bound anew":           {"q = Order.objects.all()\nq = x\nfor o in q:\n    print(o.customer)", ""},
		"name bound anew on one way":        {"q = Order.objects.all()\nif x:\n    q = x\nfor o in q:\n    print(o.customer)", ""},
		"page":                              {"return render(request, 'a', {'all': Order.objects.all()})", "all Order"},
		"page of a dictionary that is kept": {"c = {'title': 1}\nc['all'] = Order.objects.all()\nreturn render(request, 'a', c)", "all Order"},
		"page of a paginator":               {"return render(request, 'a', {'all': Paginator(Order.objects.all(), 9).get_page(1)})", ""},
		"page of the values there are":      {"return render(request, 'a', {'all': Order.objects.values_list('number').distinct()})", ""},
		"page of some":                      {"return render(request, 'a', {'all': Order.objects.filter(customer=x)})", ""},
		"page of a few":                     {"return render(request, 'a', {'all': Order.objects.all()[:9]})", ""},
		"length":                            {"return len(Order.objects.all())", "waste 1"},
		"length of a name":                  {"q = Order.objects.all()\nreturn len(q), q", ""},
		"saves":                             {"for o in Order.objects.all():\n    o.number = ''\n    o.save()", "waste 2"},
		"count":                             {"return Order.objects.count() == 0", "waste 3"},
		"count above one":                   {"return Order.objects.count() > 1", ""},
		"naive filter":                      {"Order.objects.exclude(created__lt=datetime.now())", "naive created"},
		"naive value":                       {"now = datetime.utcnow()\nOrder.objects.create(customer=x, created=now)", "naive created"},
		"naive attribute":                   {"o = Order.objects.get(pk=x)\no.created = datetime.now()", "naive created"},
		"zone":                              {"Order.objects.exclude(created__lt=datetime.now(x))", ""},
		"model that is a parameter":         {"def g(Order):\n    return Order.objects.filter(number=x)", ""},
		"field that there is not":           {"Order.objects.filter(nothing=x, number__nothing=x)", "Order.number nothing"},
		"no function but one a lambda":      {"return lambda: Order.objects.filter(number=x)", ""},
	} {
		if got := found(c.body); got != c.want {
			t.Errorf("%s: found %q, want %q", name, got, c.want)
		}
	}
}

func TestReadBroken(t *testing.T) {
	for _, body := range []string{"for o in", "Order.objects.filter(", "Order.objects.filter(**)", strings.Repeat("(", 300), strings.Repeat("x.y(", 200), "Order.objects" + strings.Repeat(".all()", 500)} {
		found(body) // must come back
	}
}

// reader reads a module of views and the shop's models.
func reader(text string) (*Reader, *syntax.Module) {
	schema := shop()
	parse := func(dotted, text string) Module {
		parsed := syntax.Parse(source.NewFile(strings.ReplaceAll(dotted, ".", "/")+".py", []byte(text)))
		return Module{Dotted: dotted, Syntax: parsed, Names: &resolve.Module{Dotted: dotted, Syntax: parsed}}
	}
	modules := []Module{parse("shop.views", "from shop.models import Customer, Line, Order\n\n\n"+text),
		parse("shop.models", "class Customer: pass\nclass Line: pass\nclass Order:\n    def __str__(self):\n        return f'{self.customer}'\n    @property\n    def total(self):\n        return len(self.lines.all())\n    def loop(self):\n        return self.loop() + self.total\n")}
	order := schema.byKey["shop.order"]
	order.texts = []Text{{Module: "shop.models", Class: modules[1].Syntax.Body[2].(*syntax.ClassDef)}}
	return NewReader(schema, resolve.NewGraph([]*resolve.Module{modules[0].Names, modules[1].Names}), modules), modules[0].Syntax
}

func TestReads(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"foreign key":                    {"return o.customer.name", "customer"},
		"key":                            {"return o.customer_id", ""},
		"many":                           {"return [l.pk for l in o.lines.all()]", "lines"},
		"many of many":                   {"for l in o.lines.all():\n    print(l.order, l.order.customer)", "lines"},
		"count":                          {"return o.lines.count()", "lines (count)"},
		"filtered":                       {"return o.lines.filter(pk=1).first()", ""},
		"test of a branch":               {"if o.customer:\n    return 1", "customer"},
		"branch":                         {"if x:\n    return o.customer.name\nreturn ''", ""},
		"conditional expression":         {"return o.customer.name if x else ''", ""},
		"second part of an and":          {"return x and o.customer.name", ""},
		"first part of an and":           {"return o.customer and x", "customer"},
		"body of a try":                  {"try:\n    return o.customer.name\nexcept ValueError:\n    return o.lines.count()", "customer"},
		"property":                       {"return o.total", "lines"},
		"method that calls itself":       {"return o.loop()", "lines"},
		"text":                           {"return str(o)", "customer"},
		"formatted":                      {"return f'{o}'", "customer"},
		"another row":                    {"return x.customer", ""},
		"the row by another name":        {"p = o\nreturn p.customer.name", "customer"},
		"relation that is set before it": {"o.customer = x\nreturn o.customer.name", ""},
	} {
		r, m := reader("def f(self, o, x=None):\n    " + strings.ReplaceAll(c.body, "\n", "\n    ") + "\n")
		f := Method{Text: Text{Module: "shop.views"}, Function: m.Body[1].(*syntax.FunctionDef)}
		var got []string
		for _, read := range r.Reads(f, 1, r.Schema().Model("shop.models.Order")) {
			text := read.Path
			if read.Count {
				text += " (count)"
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: reads %q, want %q", name, got, c.want)
		}
	}
}

func TestRows(t *testing.T) {
	for name, c := range map[string]struct{ classes, want string }{
		"attribute":             {"class V:\n    queryset = Order.objects.select_related('customer')", "Order customer"},
		"model":                 {"class V:\n    model = Order", "Order"},
		"method":                {"class V:\n    model = Order\n    def get_queryset(self):\n        return super().get_queryset().select_related('customer')", "Order customer"},
		"attribute by method":   {"class V:\n    queryset = Order.objects.all()\n    def get_queryset(self):\n        return self.queryset.prefetch_related('lines')", "Order lines"},
		"base":                  {"class V:\n    def get_queryset(self):\n        return super().get_queryset().select_related('customer')\nclass Base:\n    queryset = Order.objects.prefetch_related('lines')", "Order lines customer"},
		"base's method":         {"class V:\n    queryset = Order.objects.all()\nclass Base:\n    def get_queryset(self):\n        return self.queryset.prefetch_related('lines')", "Order lines"},
		"action":                {"class V:\n    queryset = Order.objects.all()\n    def get_queryset(self):\n        if self.action != 'list':\n            return self.queryset.select_related('customer')\n        return self.queryset", "Order"},
		"documentation":         {"class V:\n    def get_queryset(self):\n        if getattr(self, 'swagger_fake_view', False):\n            return Line.objects.none()\n        return Order.objects.all()", "Order"},
		"one of two":            {"class V:\n    def get_queryset(self):\n        if x:\n            return Line.objects.all()\n        return Order.objects.all()", ""},
		"function":              {"class V:\n    def get_queryset(self):\n        return visible(Order.objects.all())", ""},
		"values":                {"class V:\n    queryset = Order.objects.values('pk')", ""},
		"method of the manager": {"class V:\n    queryset = Order.objects.recent()", ""},
		"circle":                {"class V:\n    def get_queryset(self):\n        return self.get_queryset()", ""},
		"nothing":               {"class V:\n    pass", ""},
	} {
		r, m := reader(c.classes)
		var classes []Text
		for _, s := range m.Body[1:] {
			classes = append(classes, Text{Module: "shop.views", Class: s.(*syntax.ClassDef)})
		}
		got := ""
		if q := r.Rows(classes, "list"); q != nil {
			got = strings.Join(append([]string{q.Model.Name}, q.Fetched...), " ")
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
