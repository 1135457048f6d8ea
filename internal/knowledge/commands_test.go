package knowledge

import "testing"

func TestCommands(t *testing.T) {
	if known, removed := DjangoCommand("migrate"); !known || removed != "" {
		t.Errorf("migrate: %v %q", known, removed)
	}
	if known, removed := DjangoCommand("syncdb"); !known || removed == "" {
		t.Errorf("syncdb: %v %q", known, removed)
	}
	if known, _ := DjangoCommand("send_newsletter"); known {
		t.Error("a command that nobody has is known")
	}
	if commands, known := AppCommands("haystack"); !known || len(commands) == 0 {
		t.Error("the commands of haystack are not known")
	}
	if commands, known := AppCommands("corsheaders"); !known || len(commands) != 0 {
		t.Error("corsheaders has commands")
	}
	if _, known := AppCommands("acme_accounts"); known {
		t.Error("the commands of an unknown application are known")
	}
}
