package project

import (
	"os/exec"
	"path/filepath"
	"testing"

	"gonogo/internal/source"
)

// TestBefore reads the last release of a real checkout of which the project is a folder.
func TestBefore(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	top := t.TempDir()
	web := filepath.Join(top, "web")
	model := "from django.db import models\n\n\nclass Product(models.Model):\n    name = models.CharField(max_length=10)\n"
	write(t, top, "web/manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n")
	write(t, top, "web/settings.py", "INSTALLED_APPS = ['shop']\nDATABASES = {}\n")
	write(t, top, "web/shop/__init__.py", "")
	write(t, top, "web/shop/models.py", model+"    note = models.TextField(null=True)\n")
	write(t, top, "web/picture.png", "not code")
	git := func(args ...string) {
		run(t, top, append([]string{"git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	}
	git("init", "-q")
	git("add", ".")
	git("commit", "-q", "-m", "one")
	git("tag", "v1.2")
	write(t, top, "web/shop/models.py", model)
	git("commit", "-q", "-a", "-m", "two")
	tree, err := source.Open(web, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(tree, Options{Since: "v1.2"})
	if err != nil {
		t.Fatal(err)
	}
	before := s.Before()
	if before.Snapshot == nil {
		t.Fatal(before.Unknown)
	}
	now, then := s.Queries().Schema.ByKey("shop.product"), before.Queries().Schema.ByKey("shop.product")
	if now == nil || now.Field("note") != nil {
		t.Errorf("the model of today has the field note, or is not there: %+v", now)
	}
	if then == nil || then.Field("note") == nil {
		t.Fatalf("the model of the last release has no field note: %+v", then)
	}
	if at := before.Named(then.Field("note").At); at.Path() != "v1.2:shop/models.py" || at.Begin().Line != 6 {
		t.Errorf("the field stands at %s:%d", at.Path(), at.Begin().Line)
	}
	if before.Tree.IsFile("picture.png") {
		t.Error("a picture was read from the last release")
	}
}
