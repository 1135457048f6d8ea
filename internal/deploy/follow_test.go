package deploy

import (
	"strings"
	"testing"

	"gonogo/internal/source"
)

func TestFollowedOnOtherMachines(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a command":       {"ssh -i key deploy@shop.example 'cd /srv && docker compose up -d'", "@docker compose up -d"},
		"words":           {"ssh shop.example sudo systemctl restart shop", "@systemctl restart shop"},
		"a here document": {"ssh shop.example <<'EOF'\ngit pull\nsystemctl restart shop\nEOF\nls", "ssh shop.example; @git pull; @systemctl restart shop; ls"},
		"of a shell":      {"bash -s <<EOF\ngit pull\nEOF\n", "bash -s; git pull"},
		"an exit there":   {"ssh shop.example 'git pull; exit'\nls", "@git pull; ls"},
		"no command":      {"ssh shop.example\nls", "ssh shop.example; ls"},
	} {
		f := source.NewFile("deploy.sh", []byte(c.text))
		tree := source.FromMap(map[string][]byte{"deploy.sh": []byte(c.text)})
		var got []string
		for _, found := range NewFollower(tree).Text(c.text, ".", f.Whole()) {
			text := strings.Join(found.Argv, " ")
			if found.Remote {
				text = "@" + text
			}
			got = append(got, text)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}
