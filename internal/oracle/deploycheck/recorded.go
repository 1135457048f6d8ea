package deploycheck

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"fmt"
	"slices"
	"strings"
)

// Reply is what one Django answered about a case.
type Reply struct {
	IDs     []string // of checks, sorted; the name of a check of Django's that itself breaks on the settings, after "!"
	Refused string   // why Django does not load the settings, "" when it does
}

// String is a reply as the record has it.
func (r Reply) String() string {
	if r.Refused != "" {
		return "refused"
	}
	short := make([]string, len(r.IDs))
	for i, id := range r.IDs {
		short[i] = strings.TrimPrefix(id, "security.")
	}
	return strings.Join(short, " ")
}

// Equal tells whether two replies say the same; the words of a refusal are left out.
func (r Reply) Equal(o Reply) bool {
	return (r.Refused != "") == (o.Refused != "") && slices.Equal(r.IDs, o.IDs)
}

//go:embed testdata/answers.txt
var recorded embed.FS

// Path is where the record stands, from the folder of package oracle.
const Path = "deploycheck/testdata/answers.txt"

// separator stands between the answers of the versions. A version that answers as the one before it is left out at the end.
const separator = " | "

// Write is the record of the replies: a line for each case in order, with the beginning of its text's hash and the replies of
// each version.
func Write(cases []Case, replies func(i, version int) Reply) string {
	var out strings.Builder
	for i, c := range cases {
		var parts []string
		for v := range Versions() {
			parts = append(parts, replies(i, v).String())
		}
		for len(parts) > 1 && parts[len(parts)-1] == parts[len(parts)-2] {
			parts = parts[:len(parts)-1]
		}
		fmt.Fprintf(&out, "%s %s\n", c.hash(), strings.Join(parts, separator))
	}
	return out.String()
}

func (c Case) hash() string { return fmt.Sprintf("%x", sha256.Sum256([]byte(c.Settings)))[:8] }

// Recorded are the replies that stand in the record, by case and version. The error says that the record is of other cases.
func Recorded(cases []Case) ([][]Reply, error) {
	file, err := recorded.Open("testdata/answers.txt")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out [][]Reply
	for lines := bufio.NewScanner(file); lines.Scan(); {
		hash, rest, _ := strings.Cut(lines.Text(), " ")
		if len(out) >= len(cases) || cases[len(out)].hash() != hash {
			break
		}
		out = append(out, parseReplies(rest))
	}
	if len(out) != len(cases) {
		return out, fmt.Errorf("the record of Django's answers is not of these settings from case %d on; "+
			"record again with GONOGO_ORACLE=1 go test ./internal/oracle -run 'TestDeployAnswers$' -update", len(out))
	}
	return out, nil
}

func parseReplies(text string) (replies []Reply) {
	parts := strings.Split(text, separator)
	for v := range Versions() {
		part := parts[min(v, len(parts)-1)]
		if part == "refused" {
			replies = append(replies, Reply{Refused: part})
			continue
		}
		var r Reply
		for _, id := range strings.Fields(part) {
			if !strings.ContainsAny(id, ".!") {
				id = "security." + id
			}
			r.IDs = append(r.IDs, id)
		}
		slices.Sort(r.IDs)
		replies = append(replies, r)
	}
	return replies
}

// Breaks tells whether a check of Django's breaks on the settings, which ends `manage.py check`.
func (r Reply) Breaks() bool {
	return slices.ContainsFunc(r.IDs, func(id string) bool { return strings.HasPrefix(id, "!") })
}
