package advisory

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// orderScript prints versions as people write them, in twos with two bounds, and whether the first lies in them by PyPA's own library.
const orderScript = `
import random
from pip._vendor.packaging.version import Version
pick = random.Random(7)
def release():
    text = ".".join(str(pick.choice([0, 1, 2, 9, 10, 11])) for _ in range(pick.randint(1, 4)))
    if pick.random() < 0.1: text = "1!" + text
    if pick.random() < 0.3: text += pick.choice(["a", "b", "rc", ".rc", "-alpha", "c"]) + str(pick.randint(0, 2))
    if pick.random() < 0.2: text += pick.choice([".post1", "-1", ".post2", "post"])
    if pick.random() < 0.2: text += ".dev" + str(pick.randint(0, 2))
    if pick.random() < 0.1: text += pick.choice(["+cu118", "+1.2", "+ubuntu-1"])
    return text
for _ in range(20000):
    v, low, high = release(), release(), release()
    if low == "0" or Version(low) >= Version(high): continue
    print(v, low, high, int(Version(low) <= Version(v) < Version(high)), int(Version(v) == Version(low)))
`

func TestOrderIsThatOfPackaging(t *testing.T) {
	if os.Getenv("GONOGO_ORACLE") == "" {
		t.Skip("set GONOGO_ORACLE=1 to compare with PyPA's packaging")
	}
	python, err := filepath.Abs("../../build/venv-django52/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", orderScript).Output()
	if err != nil {
		t.Fatalf("%s: %v", python, err)
	}
	lines, wrong := strings.Split(strings.TrimSpace(string(out)), "\n"), 0
	for _, line := range lines {
		w := strings.Fields(line)
		r := record{ranges: [][]event{{{Introduced: w[1]}, {Fixed: w[2]}}}}
		only := record{versions: []string{w[1]}}
		set := Set{packages: map[string][]record{"range": {r}, "listed": {only}}}
		for i, name := range []string{"range", "listed"} {
			found, unclear := set.For(name, w[0])
			if len(unclear) > 0 || (len(found) == 1) != (w[3+i] == "1") {
				if wrong++; wrong < 20 {
					t.Errorf("%s: %s: found %v, unclear %v", name, line, found, unclear)
				}
			}
		}
	}
	if len(lines) < 5000 {
		t.Fatalf("%d lines", len(lines))
	}
	t.Logf("%d compared, %d differ", 2*len(lines), wrong)
}
