package advisory

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// dump is a folder of advisories; each text is the inside of one affected package named "shop-cart".
func dump(records map[string]string) fstest.MapFS {
	folder := fstest.MapFS{}
	for id, text := range records {
		folder[id+".json"] = &fstest.MapFile{Data: fmt.Appendf(nil,
			`{"id":%q,"modified":"2026-11-01T10:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"Shop_Cart"},%s}]}`, id, text)}
	}
	return folder
}

func TestFor(t *testing.T) {
	tests := []struct{ name, affected, version, want string }{
		{"below the fix", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]`, "1.9.9", "A fixed 2.0"},
		{"the fix", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]`, "2.0.0", ""},
		{"a candidate of the fix", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]`, "2.0rc1", "A fixed 2.0"},
		{"0 is before all", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]`, "0.dev1", "A fixed 2.0"},
		{"before the introduction", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"1.10"},{"fixed":"2.0"}]}]`, "1.9", ""},
		{"the introduction", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"1.10"},{"fixed":"2.0"}]}]`, "1.10.0", "A fixed 2.0"},
		{"the last affected", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"last_affected":"1.4"}]}]`, "1.4", "A fixed "},
		{"behind the last affected", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"last_affected":"1.4"}]}]`, "1.4.1", ""},
		{"the second range", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"},{"introduced":"2.0"},{"fixed":"2.3"}]}]`, "2.1", "A fixed 2.3"},
		{"between the ranges", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"},{"introduced":"2.0"},{"fixed":"2.3"}]}]`, "1.5", ""},
		{"events in another order", `"ranges":[{"type":"ECOSYSTEM","events":[{"fixed":"2.3"},{"introduced":"2.0"},{"fixed":"1.2"},{"introduced":"0"}]}]`, "1.5", ""},
		{"a range without an end", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"1.0"}]}]`, "99", "A fixed "},
		{"behind the limit", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"1.0"},{"limit":"3.0"}]}]`, "3.1", ""},
		{"commits are no versions", `"ranges":[{"type":"GIT","events":[{"introduced":"0"},{"fixed":"abcdef"}]}]`, "1.0", ""},
		{"listed", `"versions":["1.0","1.1"]`, "1.1.0", "A fixed "},
		{"listed as another", `"versions":["1.0","1.1"]`, "1.2", ""},
		{"listed, and the range ends before", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0"}]}],"versions":["1.5"]`, "1.5", "A fixed "},
		{"a later epoch", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]`, "1!0.1", ""},
		{"a bound that is no version", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"the next"}]}]`, "1.0", "unclear A"},
		{"a version that is none", `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]`, "latest", "unclear A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := ReadFS(dump(map[string]string{"A": tt.affected}), []string{"shop.cart"}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			found, unclear := set.For("shop-cart", tt.version)
			var got []string
			for _, a := range found {
				got = append(got, a.ID+" fixed "+a.Fixed)
			}
			for _, id := range unclear {
				got = append(got, "unclear "+id)
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if set.AsOf.String() != "2026-11-01" || set.Records != 1 {
				t.Errorf("%d records of %s", set.Records, set.AsOf)
			}
		})
	}
}

func TestWhatIsPassedOver(t *testing.T) {
	one := `"affected":[{"package":{"ecosystem":"PyPI","name":"shop"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]`
	folder := fstest.MapFS{
		"withdrawn.json":   {Data: []byte(`{"id":"W","withdrawn":"2026-01-01T00:00:00Z",` + one + `}`)},
		"npm.json":         {Data: []byte(`{"id":"N",` + strings.Replace(one, "PyPI", "npm", 1) + `}`)},
		"other.json":       {Data: []byte(`{"id":"O",` + strings.Replace(one, "shop", "other", 1) + `}`)},
		"README.md":        {Data: []byte("not JSON")},
		"below/ghsa.json":  {Data: []byte(`{"id":"GHSA-1","aliases":["CVE-2026-1"],"database_specific":{"severity":"HIGH"},` + one + `}`)},
		"below/pysec.json": {Data: []byte(`{"id":"PYSEC-1","aliases":["CVE-2026-1"],"database_specific":{"severity":7},` + one + `}`)},
	}
	set, err := ReadFS(folder, []string{"shop"}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	found, _ := set.For("shop", "1.0")
	if len(found) != 2 || set.Records != 4 {
		t.Fatalf("%d records, %+v", set.Records, found)
	}
	merged := Merge(found)
	if len(merged) != 1 || merged[0].Name() != "CVE-2026-1" || merged[0].Level != High || merged[0].ID != "GHSA-1" {
		t.Errorf("%+v", merged)
	}
	if !set.Tells("Shop", "W") || set.Tells("shop", "N") {
		t.Error("a withdrawn advisory is told of")
	}
	if found, _ := set.For("other", "1.0"); len(found) != 0 {
		t.Errorf("a distribution that was not asked for: %+v", found)
	}
}

func TestMerge(t *testing.T) {
	merged := Merge([]Advisory{
		{ID: "A", Fixed: "1.9"}, {ID: "B", Aliases: []string{"CVE-1"}, Fixed: "1.10"}, {ID: "C", Aliases: []string{"A", "B"}, Level: Low}, {ID: "D"},
	})
	if len(merged) != 2 || merged[0].ID != "D" && merged[1].ID != "D" {
		t.Fatalf("%+v", merged)
	}
	i := slices.IndexFunc(merged, func(a Advisory) bool { return a.ID != "D" })
	if merged[i].Fixed != "1.10" || merged[i].Level != Low || merged[i].Name() != "CVE-1" {
		t.Errorf("%+v", merged[i])
	}
}

func TestMistakes(t *testing.T) {
	good := `{"id":"A","affected":[{"package":{"ecosystem":"PyPI","name":"shop"}}]}`
	tests := []struct {
		name   string
		files  map[string]string
		limits Limits
		want   string
	}{
		{"broken JSON", map[string]string{"a.json": good, "b.json": `{"id":`}, Limits{}, "b.json can't be read as an OSV advisory: unexpected end"},
		{"another shape", map[string]string{"a.json": `{"id":"A","affected":{}}`}, Limits{}, "a.json can't be read"},
		{"no advisory", map[string]string{"package.json": `{"name":"shop"}`}, Limits{}, "package.json is no OSV advisory: it has no id"},
		{"nothing", nil, Limits{}, "it holds no advisory of the ecosystem PyPI"},
		{"YAML", map[string]string{"PYSEC-1.yaml": "id: PYSEC-1\n"}, Limits{}, "in OSV's JSON"},
		{"too many", map[string]string{"a.json": good, "b.json": good}, Limits{Files: 1}, "more than 1 advisories"},
		{"a large one", map[string]string{"a.json": good}, Limits{Record: 20}, "a.json has more than 20 bytes"},
		{"large in all", map[string]string{"a.json": good, "b.json": good}, Limits{Total: 100}, "have more than 100 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder, archive := fstest.MapFS{}, zipOf(t, tt.files)
			for name, text := range tt.files {
				folder[name] = &fstest.MapFile{Data: []byte(text)}
			}
			if _, err := ReadFS(folder, nil, tt.limits); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("folder: %v, want %s", err, tt.want)
			}
			if _, err := Read(archive, nil, tt.limits); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("zip: %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := Read(filepath.Join(t.TempDir(), "nowhere"), nil, Limits{}); err == nil || strings.Contains(err.Error(), "nowhere") {
		t.Errorf("no file: %v", err)
	}
	plain := filepath.Join(t.TempDir(), "plain.json")
	if err := os.WriteFile(plain, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(plain, nil, Limits{}); err == nil || !strings.Contains(err.Error(), "neither a folder nor a zip") {
		t.Errorf("a plain file: %v", err)
	}
}

// A small archive that unpacks to much is refused by what it unpacks to.
func TestZipBomb(t *testing.T) {
	name := zipOf(t, map[string]string{"a.json": strings.Repeat(" ", 9<<20)})
	if info, err := os.Stat(name); err != nil || info.Size() > 100_000 {
		t.Fatalf("%v, %v", info, err)
	}
	if _, err := Read(name, nil, Limits{}); err == nil || !strings.Contains(err.Error(), "a.json has more than") {
		t.Error(err)
	}
}

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "all.zip")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
