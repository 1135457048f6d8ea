package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// specifications are texts that a requirement file, or a list of dependencies, can hold. The oracle asks pip about the same ones.
func specifications() []string {
	return []string{
		"django", "Django==5.2.8", "django >= 4.2, < 5.3", "django[argon2,bcrypt]==5.2", "django [argon2] ~= 5.2.0", "zope.interface>=6",
		"Some_Package.name===1.0+local", "requests (>=2.0)", "name @ https://example.org/name-1.0.tar.gz", "name@https://example.org/x.zip",
		"name[extra] @ git+https://example.org/name.git@v1 ; python_version < '3.9'", "uwsgi;sys_platform!='win32'", "pkg==1.0;python_version>='3.8' and os_name=='posix'",
		"pkg!=1.5,>=1.0", "pkg==2.*", "pkg==1!2.0", "pkg<2,", "A", "a-", "-a", "pkg=1.0", "pkg==", "pkg 1.0", "pkg==1.0 extra", "pkg>=1.0 <2.0", "pkg=>1.0",
		"", "./folder", "git+https://example.org/acme.git#egg=acme", "https://example.org/pkg-2.1-py3-none-any.whl", "pkg[unclosed==1", "pkg[]==1.0",
		"pkg==1.0rc1", "pkg===weird", "päckage==1", "pkg~=1.4.2", "pkg == 1.0 ; extra == 'x'", "pkg\t==\t1.0",
	}
}

func TestParseRequirement(t *testing.T) {
	tests := []struct {
		text string
		want parsedRequirement
		bad  bool
	}{
		{text: "Django==5.2.8", want: parsedRequirement{name: "django", constraint: "==5.2.8", version: "5.2.8"}},
		{text: "zope.interface>=6", want: parsedRequirement{name: "zope-interface", constraint: ">=6"}},
		{text: "django [argon2] ~= 5.2.0", want: parsedRequirement{name: "django", extras: []string{"argon2"}, constraint: "~= 5.2.0"}},
		{text: "requests (>=2.0)", want: parsedRequirement{name: "requests", constraint: ">=2.0"}},
		{text: "django==5.2.*", want: parsedRequirement{name: "django", constraint: "==5.2.*"}},
		{text: "a===1.0+x", want: parsedRequirement{name: "a", constraint: "===1.0+x", version: "1.0+x"}},
		{text: "b==1 ; python_version < '3.9'", want: parsedRequirement{name: "b", constraint: "==1", version: "1", marker: "python_version < '3.9'"}},
		{text: "c @ https://example.org/c-1.2.tar.gz", want: parsedRequirement{name: "c", url: "https://example.org/c-1.2.tar.gz", version: "1.2"}},
		{text: "git+https://example.org/acme.git@v2", want: parsedRequirement{name: "acme", url: "git+https://example.org/acme.git@v2"}},
		{text: "git@github.com:acme/thing.git", want: parsedRequirement{url: "git@github.com:acme/thing.git"}},
		{text: "./vendored", want: parsedRequirement{url: "./vendored"}},
		{text: "pkg 1.0", bad: true},
		{text: "pkg=1.0", bad: true},
		{text: "==1.0", bad: true},
		{text: "pkg[x==1", bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, ok := parseRequirement(tt.text)
			if ok == tt.bad {
				t.Fatalf("ok = %v", ok)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(parsedRequirement{})); ok && diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAppliesInProduction(t *testing.T) {
	tests := map[string]bool{
		"":                        true,
		"sys_platform == 'win32'": false,
		`"win32" == sys_platform`: false,
		"sys_platform != 'win32'": true,
		"python_version < '3.8'":  true,
		"platform_system == 'Darwin' or sys_platform == 'linux'": true,
		"python_version > '3' and os_name == 'nt'":               false,
		"(os_name == 'nt')": false,
	}
	for marker, want := range tests {
		if got := appliesInProduction(marker, knowledge.Version{}); got != want {
			t.Errorf("%q: %v", marker, got)
		}
	}
}

func TestPoetryConstraint(t *testing.T) {
	tests := map[string]string{
		"*": "", "": "", "^1.2.3": ">=1.2.3,<2", "^0.2.3": ">=0.2.3,<0.3", "^0.0.3": ">=0.0.3,<0.0.4", "^4": ">=4,<5", "~1.2.3": ">=1.2.3,<1.3", "~1": ">=1,<2",
		"1.2.3": "==1.2.3", "5.1.*": "==5.1.*", ">=4.2,<5": ">=4.2,<5", "~=1.4": "~=1.4", "==2.0": "==2.0", "^": ">=,<1",
	}
	for in, want := range tests {
		if got := poetryConstraint(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestDjangoVersion(t *testing.T) {
	tests := []struct {
		name, requirement, want string
		certain                 bool
	}{
		{"pin", "Django==4.2.16", "4.2.16", true},
		{"pin of the first release", "Django==5.2", "5.2.0", true},
		{"compatible release", "Django~=5.2.1", "5.2", true},
		{"wildcard", "Django==4.1.*", "4.1", true},
		{"bounded to one series", "Django>=4.2,<5", "4.2", true},
		{"bounded to several", "Django>=4.2,<6", "4.2", false},
		{"open above, as the contract of Version says", "Django>=5.2", "5.2", false},
		{"open above in the newest series", "Django>=6.1", "6.1", false},
		{"no bound", "Django", "unknown", false},
		{"only an upper bound", "Django<5", "unknown", false},
		{"newer than the facts", "Django>=7.0,<7.1", "7.0", false},
		{"repository", "git+https://github.com/django/django.git", "unknown", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Read(source.FromMap(map[string][]byte{"requirements.txt": []byte(tt.requirement + "\n")})).Dependencies
			v, certain, r := d.Django()
			if v.String() != tt.want || certain != tt.certain {
				t.Errorf("got %s, certain %v", v, certain)
			}
			if r.Name != "django" {
				t.Errorf("the statement is %+v", r)
			}
		})
	}
}

func TestFindPrefers(t *testing.T) {
	d := Read(source.FromMap(map[string][]byte{
		"requirements.txt":     []byte("django>=4\n-c constraints.txt\ncelery\n"),
		"requirements-dev.txt": []byte("django==3.2\npytest==8\n"),
		"constraints.txt":      []byte("celery==5.4.0\nunused==1.0\n"),
	})).Dependencies
	if r, _ := d.Find("django"); r.At.Path() != "requirements.txt" {
		t.Errorf("django: %+v", r)
	}
	if v, exact, _ := d.Resolved("celery"); v != "5.4.0" || !exact {
		t.Errorf("celery: %s, %v", v, exact)
	}
	if d.Has("pytest") || d.Has("unused") || d.Has("nothing") || !d.Has("celery") {
		t.Error("what belongs to production")
	}
}

// TestPipAgrees compares with pip's own reading of requirement files and with the packaging library that it carries.
func TestPipAgrees(t *testing.T) {
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("set GONOGO_ORACLE=1 to ask pip")
	}
	type answer struct {
		Text, Name, Specifier string
		URL                   bool
		Error                 string
	}
	texts, _ := json.Marshal(specifications())
	out := runPython(t, `
import json, sys
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name
from pip._internal.req.constructors import parse_req_from_line
answers = []
for text in json.loads(sys.argv[1]):
    a = {"Text": text, "Name": "", "Specifier": "", "URL": False, "Error": ""}
    try:
        parts = parse_req_from_line(text, None)
        r = parts.requirement
        a["URL"] = parts.link is not None or (r is not None and r.url is not None)
        if r is not None:
            a["Name"] = canonicalize_name(r.name)
            a["Specifier"] = ",".join(sorted(str(s) for s in r.specifier))
    except Exception as e:
        a["Error"] = type(e).__name__
    answers.append(a)
print(json.dumps(answers))`, string(texts))
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, a := range answers {
		got, ok := parseRequirement(a.Text)
		if ok != (a.Error == "") {
			// A folder that does not exist is an error for pip alone. Old pips take "pkg==" for "pkg".
			if strings.HasPrefix(a.Text, ".") || a.Text == "pkg==" {
				continue
			}
			t.Errorf("%q: ok %v, pip says %q", a.Text, ok, a.Error)
			continue
		}
		if !ok {
			continue
		}
		if a.Name != "" && got.name != a.Name || (got.url != "") != a.URL {
			t.Errorf("%q: name %q url %q, pip says %+v", a.Text, got.name, got.url, a)
		}
		if normalSpecifiers(got.constraint) != a.Specifier && !a.URL {
			t.Errorf("%q: constraint %q, pip says %q", a.Text, got.constraint, a.Specifier)
		}
	}
}

// normalSpecifiers writes specifiers as the packaging library prints them.
func normalSpecifiers(text string) string {
	var clauses []string
	for _, c := range strings.Split(text, ",") {
		if c = strings.Join(strings.Fields(c), ""); c != "" {
			clauses = append(clauses, c)
		}
	}
	sort.Strings(clauses)
	return strings.Join(clauses, ",")
}

// TestPipReadsTheSameLines compares the lines of whole files, with their includes, with what pip makes of them.
func TestPipReadsTheSameLines(t *testing.T) {
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("set GONOGO_ORACLE=1 to ask pip")
	}
	files := map[string]string{
		"requirements.txt": "# head\na==1.0 \\\n  --hash=sha256:aa \\\n    --hash=sha256:bb\n  b==2 # why\nc==3#not-a-comment\n\n-r more/base.txt\n--requirement=other.txt\n-c constraints.txt\n" +
			"--index-url https://example.org/simple\nd==4 ; python_version >= '3' # x\n-e git+https://example.org/acme.git#egg=acme\ne \\\n# in between\n==5\nlast==1 \\",
		"more/base.txt":   "f>=1,\\\n  <2\n-r ../other.txt\n",
		"other.txt":       "g\r\nh==1\r\n",
		"constraints.txt": "a==1.0\n",
	}
	dir := t.TempDir()
	inMemory := map[string][]byte{}
	for name, text := range files {
		inMemory[name] = []byte(text)
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := runPython(t, `
import json, sys
from pip._internal.req.req_file import parse_requirements
from pip._internal.network.session import PipSession
found = []
for r in parse_requirements(sys.argv[1] + "/requirements.txt", session=PipSession()):
    found.append(["constraint" if r.constraint else "requirement", "".join(r.requirement.split())])
print(json.dumps(found))`, dir)
	var theirs [][]string
	if err := json.Unmarshal(out, &theirs); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := map[string]bool{}
	for _, pair := range theirs {
		parsed, ok := parseRequirement(pair[1])
		if !ok {
			continue // pip yields the lines, and only later finds that one is no requirement
		}
		want[pair[0]+" "+parsed.name+" "+parsed.constraint] = true
	}
	got := map[string]bool{}
	for _, r := range Read(source.FromMap(inMemory)).Dependencies.Requirements {
		kind := "requirement"
		if r.ConstraintOnly {
			kind = "constraint"
		}
		got[kind+" "+r.Name+" "+strings.Join(strings.Fields(r.Constraint), "")] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-pip +got\n%s", diff)
	}
}

func runPython(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command("python3", append([]string{"-c", program}, args...)...).Output()
	if err != nil {
		t.Fatalf("python3 with pip is needed: %v", err)
	}
	return out
}

// UTF-16 is refused, and told, by the tree itself.
func TestRequirementsThatAreNoText(t *testing.T) {
	for name, data := range map[string]string{"NUL bytes": "django\x00==5\n", "UTF-16": "\xff\xfed\x00j\x00"} {
		t.Run(name, func(t *testing.T) {
			tree := source.FromMap(map[string][]byte{"requirements.txt": []byte(data)})
			d := Read(tree)
			if len(d.Dependencies.Requirements) != 0 || len(d.Diagnostics)+len(tree.Diagnostics()) != 1 {
				t.Errorf("%+v %v %v", d.Dependencies.Requirements, d.Diagnostics, tree.Diagnostics())
			}
		})
	}
}
