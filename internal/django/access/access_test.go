package access_test

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/project"
	"gonogo/internal/source"
)

const models = `from django.conf import settings
from django.db import models


class Team(models.Model):
    members = models.ManyToManyField(settings.AUTH_USER_MODEL)


class Report(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)


class Order(models.Model):
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Like(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
`

const head = `from acme import allow, send
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from .models import Like, Order, Report


def own(user, order):
    if order.customer != user:
        raise PermissionDenied


def noted(user, order):
    Like.objects.create(author=user, order=order)


def belongs(user, order):
    return order.customer_id == user.pk


@login_required
def view(request, pk):
`

// find gives what was found of one view: "reach", "doubt", "asked", or "" for nothing.
func find(t *testing.T, body string) string {
	t.Helper()
	tree := source.FromMap(map[string][]byte{
		"manage.py":        nil,
		"settings.py":      []byte("ROOT_URLCONF = 'urls'\nINSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'shop']\n"),
		"shop/__init__.py": nil,
		"shop/models.py":   []byte(models),
		"shop/views.py":    []byte(head + "    " + strings.ReplaceAll(body, "\n", "\n    ") + "\n"),
		"urls.py":          []byte("from django.urls import path\n\nfrom shop.views import view\n\nurlpatterns = [path('<int:pk>/', view)]\n"),
	})
	s, err := project.Load(tree, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := s.Reaches()
	var said []string
	if n := len(found.Reaches); n > 0 {
		said = append(said, "reach")
	}
	if n := len(found.Doubts); n > 0 {
		said = append(said, "doubt")
	}
	if found.Asked > 0 {
		said = append(said, "asked")
	}
	if found.Views != 1 {
		t.Fatalf("%d views", found.Views)
	}
	return strings.Join(said, " ")
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"by the key alone", "o = Order.objects.get(pk=pk)\nreturn render(request, 'o.html', {'o': o})", "reach"},
		{"among the user's", "return render(request, 'o.html', {'o': get_object_or_404(Order, pk=pk, customer=request.user)})", ""},
		{"through the user", "return render(request, 'o.html', {'o': request.user.order_set.get(pk=pk)})", ""},
		{"the user is a part of the page", "o = Order.objects.get(pk=pk)\nreturn render(request, 'o.html', {'o': o, 'u': request.user})", "reach"},
		{"the user makes another row", "o = Order.objects.get(pk=pk)\nLike.objects.get_or_create(author=request.user, order=o)\nreturn render(request, 'o.html', {'o': o})", "reach"},
		{"the user is given to an object", "o = Order.objects.get(pk=pk)\nlike = Like(author=request.user, order=o)\nlike.save()\nreturn redirect('home')", "reach"},
		{"compared and refused", "o = Order.objects.get(pk=pk)\nif o.customer != request.user:\n    raise Http404\nreturn render(request, 'o.html', {'o': o})", "asked"},
		{"compared by a name", "u = request.user\no = Order.objects.get(pk=pk)\nif o.customer_id != u.pk:\n    return redirect('home')\nreturn render(request, 'o.html', {'o': o})", "asked"},
		{"changed for the owner alone", "o = Order.objects.get(pk=pk)\nif o.customer == request.user:\n    o.delete()\nreturn redirect('home')", "asked"},
		{"compared for the page", "o = Order.objects.get(pk=pk)\nmine = False\nif o.customer == request.user:\n    mine = True\nreturn render(request, 'o.html', {'o': o, 'mine': mine})", "doubt"},
		{"a permission", "if not request.user.has_perm('shop.view_order'):\n    raise PermissionDenied\nreturn render(request, 'o.html', {'o': Order.objects.get(pk=pk)})", "asked"},
		{"a login is no permission", "if not request.user.is_authenticated:\n    raise PermissionDenied\nreturn render(request, 'o.html', {'o': Order.objects.get(pk=pk)})", "reach"},
		{"a helper that refuses", "o = Order.objects.get(pk=pk)\nown(request.user, o)\nreturn render(request, 'o.html', {'o': o})", "asked"},
		{"a helper that only notes", "o = Order.objects.get(pk=pk)\nnoted(request.user, o)\nreturn render(request, 'o.html', {'o': o})", "reach"},
		{"a helper that answers", "o = Order.objects.get(pk=pk)\nif not belongs(request.user, o):\n    raise Http404\nreturn render(request, 'o.html', {'o': o})", "asked"},
		{"a helper of a package", "o = Order.objects.get(pk=pk)\nsend(request.user, o)\nreturn render(request, 'o.html', {'o': o})", "doubt"},
		{"a word of rights", "o = Order.objects.get(pk=pk)\nallow.check_access(o)\nreturn render(request, 'o.html', {'o': o})", "doubt"},
		{"of a team", "r = get_object_or_404(Report, pk=pk)\nreturn render(request, 'r.html', {'r': r})", "reach"},
		{"of one's teams", "r = get_object_or_404(Report, pk=pk, team__members=request.user)\nreturn render(request, 'r.html', {'r': r})", ""},
		{"a like may be read by all", "return render(request, 'l.html', {'l': Like.objects.get(pk=pk)})", ""},
		{"a like is deleted", "Like.objects.filter(pk=pk).delete()\nreturn redirect('home')", "reach"},
		{"no key of the client", "return render(request, 'o.html', {'o': Order.objects.get(pk=1)})", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := find(t, c.body); got != c.want {
				t.Errorf("found %q, want %q, in\n%s", got, c.want, c.body)
			}
		})
	}
}

// A body that calls itself, and one that is nested deeply, end.
func TestFindEnds(t *testing.T) {
	deep := "if request.user == pk:\n"
	for n := 1; n < 60; n++ {
		deep += strings.Repeat(" ", n) + "if request.user == pk:\n"
	}
	deep += strings.Repeat(" ", 60) + "pass"
	for n, body := range []string{"return view(request, pk)", deep} {
		t.Run(fmt.Sprint(n), func(t *testing.T) { find(t, body) })
	}
}
