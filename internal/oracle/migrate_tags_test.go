package oracle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	projects "gonogo/internal/project"
)

// tagEdits are changes of testdata/migrate/tags.txtar.
func tagEdits() []modelEdit {
	const m = "library/models.py"
	return []modelEdit{
		{"another verbose_name", m, `verbose_name="labels"`, `verbose_name="marks"`},
		{"the default of verbose_name", m, "tags = TaggableManager()", `tags = TaggableManager("Tags")`},
		{"help_text", m, `help_text=""`, `help_text="Any"`},
		{"blank", m, "tags = TaggableManager()", "tags = TaggableManager(blank=True)"},
		{"related_name", m, `related_name="films"`, `related_name="movies"`},
		{"another table", m, "through=BookTag", "through=None"},
		{"the same table, by its class", m, `through="library.Mark"`, "through=Mark"},
		{"the tags are not named", m, `, to="library.Keyword"`, ""},
		{"the table's tags", m, "models.ForeignKey(Keyword,", `models.ForeignKey("taggit.Tag",`},
		{"a default of a class of the project", "library/fields.py", `"blank", True`, `"blank", False`},
		{"the table of a class of the project", "library/fields.py", `"library.Mark"`, `"library.BookTag"`},
		{"a class of the project no more", m, `Keywords("words", "What it is about", `, `TaggableManager("words", "What it is about", Mark, blank=True, `},
		{"a many-to-many field of Django", m, "tags = TaggableManager()", `tags = models.ManyToManyField("taggit.Tag")`},
		{"no tags", m, "    tags = TaggableManager()\n", ""},
		{"other tags beside", m, "class Film(models.Model):\n", "class Film(models.Model):\n    more = TaggableManager()\n"},
	}
}

// TestTaggedMigrationsAgree compares models with the field of django-taggit: with its source, and without.
func TestTaggedMigrationsAgree(t *testing.T) {
	a := startAutodetector(t, "venv-packages52")
	site, err := filepath.Glob(filepath.Join(repository(t), "build", "venv-packages52", "lib", "python3*", "site-packages"))
	if err != nil || len(site) != 1 {
		t.Fatalf("%v %v", site, err)
	}
	folder := t.TempDir()
	unpack(t, filepath.Join("testdata", "migrate", "tags.txtar"), folder)
	if d := a.ask(t, folder, "conf.settings", true); d.Error != "" || len(d.Changes) != 0 {
		t.Fatalf("%+v", d)
	}
	ways := map[string]*migrationTally{site[0]: {reasons: map[string]int{}}, projects.NoSitePackages: {reasons: map[string]int{}}}
	compare := func(label string) {
		d := a.ask(t, folder, "conf.settings", false)
		if d.Error != "" {
			t.Errorf("%s: Django fails: %s", label, d.Error)
			return
		}
		for packages, y := range ways {
			compareMigrations(t, y, label+" with packages from "+filepath.Base(packages), projects.Options{Settings: "conf.settings", SitePackages: []string{packages}}, folder, d)
		}
	}
	compare("as it is")
	for _, e := range tagEdits() {
		path := filepath.Join(folder, e.file)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(data); !strings.Contains(text, e.old) {
			t.Errorf("%s: there is no %q", e.name, e.old)
		} else {
			restore := modelEditOf{Path: e.file, Text: strings.Replace(text, e.old, e.new, 1)}.write(t, folder)
			compare(e.name)
			restore()
		}
	}
	for packages, y := range ways {
		y.report(t)
		if packages != projects.NoSitePackages && y.undecided > 0 {
			t.Errorf("%d are undecided with the source of the package", y.undecided)
		}
	}
}
