package flow

import (
	"strings"
	"testing"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// originOf is where the argument of the call sink(...) in a module comes from.
func originOf(t *testing.T, text string, q Question) Kind {
	t.Helper()
	m := &resolve.Module{Dotted: "shop.views", Syntax: syntax.Parse(source.NewFile("shop/views.py", []byte(text)))}
	names := &resolve.Module{Dotted: "shop.names", Syntax: syntax.Parse(source.NewFile("shop/names.py", []byte("TABLE = 'orders'\nMIXED = make()\n")))}
	code := New(resolve.NewGraph([]*resolve.Module{m, names}), []*resolve.Module{m, names})
	calls := code.Named("sink")
	if len(calls) != 1 || len(calls[0].Args) != 1 {
		t.Fatalf("the module has %d calls of sink", len(calls))
	}
	return calls[0].Origin(calls[0].Args[0], q).Kinds
}

func TestOrigin(t *testing.T) {
	tests := []struct {
		name, body string
		want       Kind
	}{
		{"constant", "sink('a' + \"b\" % 3)", 0},
		{"parameter of the request", "sink(request.GET['x'])", Request},
		{"with a default", "sink(request.POST.get('x', 'y').strip())", Request},
		{"cookie", "sink(request.COOKIES['x'])", Cookie},
		{"header", "sink(request.headers['X-Name'])", Request},
		{"referring page", "sink(request.META.get('HTTP_REFERER'))", Referer},
		{"form", "sink(form.cleaned_data['x'])", Validated},
		{"part of the address", "sink(slug)", URL},
		{"number", "sink(int(request.GET['x']))", 0},
		{"format for numbers", "sink('%d' % request.GET['x'])", 0},
		{"f-string", "sink(f\"a {request.GET['x']:>10}\")", Request},
		{"f-string with a number's format", "sink(f\"a {request.GET['x']:d}\")", 0},
		{"variable", "x = request.GET['x']\n    sink(x)", Request},
		{"variable that is overwritten", "x = request.GET['x']\n    x = 'a'\n    sink(x)", 0},
		{"variable that may be overwritten", "x = request.GET['x']\n    if slug:\n        x = 'a'\n    sink(x)", Request},
		{"variable of two", "x, y = 'a', request.GET['x']\n    sink(x)", 0},
		{"text that grows", "x = 'a'\n    x += request.GET['x']\n    sink(x)", Request},
		{"list that grows", "x = []\n    x.append(request.GET['x'])\n    sink(', '.join(x))", Request},
		{"loop", "for x in request.GET.getlist('x'):\n        sink(x)", Request},
		{"comprehension", "sink([x.upper() for x in request.GET.getlist('x')])", Request},
		{"comprehension of constants", "sink(['%s' for x in request.GET.getlist('x')])", 0},
		{"repeated constants", "sink(', '.join(['%s'] * len(request.GET)))", 0},
		{"table of constants", "sink({'a': 'b'}[request.GET['x']])", 0},
		{"constant of a module", "from shop.names import TABLE\n    sink(TABLE)", 0},
		{"value of a module", "from shop.names import MIXED\n    sink(MIXED)", Unclear},
		{"setting", "from django.conf import settings\n    sink(settings.NAME)", Setting},
		{"name in the database", "sink(order._meta.db_table)", 0},
		{"helper with a constant", "sink(always())", 0},
		{"helper that passes on", "sink(same(request.GET['x']))", Request},
		{"helper that looks at it", "sink(looked(request.GET['x']))", Unclear},
		{"parameter of a helper that is called with constants", "pass\n\ndef help(x):\n    sink(x)\n\nhelp('a')\nhelp('b')", 0},
		{"parameter of a helper that is called with more", "help(request.GET['x'])\n\ndef help(x):\n    sink(x)\n", Request},
		{"parameter of a helper that nobody calls", "pass\n\ndef help(x):\n    sink(x)\n", Parameter},
		{"itself", "x = x + x\n    sink(x)", Unclear},
		{"unknown function", "sink(other(request.GET['x']))", Unclear},
	}
	const helpers = "def always():\n    return 'a'\n\ndef same(x):\n    return x\n\ndef looked(x):\n    y = x[1:]\n    return y\n\n"
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := originOf(t, helpers+"def view(request, slug):\n    "+test.body+"\n", Question{})
			if got != test.want {
				t.Errorf("the kinds are %b, want %b", got, test.want)
			}
		})
	}
}

func TestStartOfText(t *testing.T) {
	q := Question{Start: true}
	for text, want := range map[string]Kind{
		"sink('/a/' + request.GET['x'])":         0,
		"sink(f\"/a/{request.GET['x']}\")":       0,
		"sink(f\"{request.GET['x']}/a/\")":       Request,
		"sink('%s/a' % request.GET['x'])":        Request,
		"sink('/a/%s' % request.GET['x'])":       0,
		"sink('/a/{}'.format(request.GET['x']))": 0,
		"sink('' + request.GET['x'])":            Request,
	} {
		if got := originOf(t, "def view(request):\n    "+text+"\n", q); got != want {
			t.Errorf("%s: the kinds are %b, want %b", text, got, want)
		}
	}
}

func TestBoundsOnOrigins(t *testing.T) {
	deep := "def view(request):\n    sink(" + strings.Repeat("(x + ", 60) + "x" + strings.Repeat(")", 60) + ")\n"
	if got := originOf(t, deep, Question{}); got&Unclear == 0 {
		t.Errorf("a deep expression has the kinds %b, want Unclear among them", got)
	}
	var body strings.Builder
	body.WriteString("def view(request):\n")
	for i := range 40 {
		body.WriteString("    a" + strings.Repeat("x", i+1) + " = a" + strings.Repeat("x", i) + " + a" + strings.Repeat("x", i) + "\n")
	}
	body.WriteString("    sink(a" + strings.Repeat("x", 40) + ")\n")
	if got := originOf(t, body.String(), Question{}); got&Unclear == 0 {
		t.Errorf("a wide chain has the kinds %b, want Unclear among them", got)
	}
}
