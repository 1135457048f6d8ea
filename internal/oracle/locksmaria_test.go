package oracle

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonogo/internal/knowledge"
)

// startMariaDB starts a MariaDB of the machine in a temporary folder, as an unprivileged user and on a socket there alone. It returns a
// function that runs SQL as root and gives the server's error.
func startMariaDB(t *testing.T) (run func(sql string) error) {
	t.Helper()
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("set GONOGO_ORACLE=1 to compare with a running MariaDB; ./test does")
	}
	for _, name := range []string{"mariadbd", "mariadb-install-db", "mariadb"} {
		if _, err := lookServer(name); err != nil {
			t.Fatalf("MariaDB is not installed (%v); run internal/oracle/testdata/environments as root, or install the package mariadb-server", err)
		}
	}
	dir, err := os.MkdirTemp("", "gonogo-mariadb-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	unprivileged := unprivilegedUser(t, dir)
	command := func(name string, args ...string) *exec.Cmd {
		path, _ := lookServer(name)
		c := exec.Command(path, args...)
		c.Dir, c.SysProcAttr = dir, unprivileged
		return c
	}
	data, socket := filepath.Join(dir, "data"), filepath.Join(dir, "s")
	if out, err := command("mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db").CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	server := command("mariadbd", "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking", "--pid-file="+filepath.Join(dir, "pid"),
		"--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--character-set-server=utf8mb4")
	var log strings.Builder
	server.Stderr = &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGTERM)
		server.Wait()
	})
	run = func(sql string) error {
		out, err := command("mariadb", "--no-defaults", "--socket="+socket, "--user=root", "--database=mysql", "--execute="+sql).CombinedOutput()
		if err != nil {
			return &serverError{strings.TrimSpace(string(out))}
		}
		return nil
	}
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		err := run("SELECT 1")
		if err == nil {
			return run
		}
		if time.Now().After(deadline) {
			t.Fatalf("MariaDB does not answer after a minute: %v\n%s", err, log.String())
		}
	}
}

type serverError struct{ text string }

func (e *serverError) Error() string { return e.text }

// lookServer finds a program of MariaDB; servers stand in /usr/sbin, which an ordinary user has not in its path.
func lookServer(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return exec.LookPath(filepath.Join("/usr/sbin", name))
}

// The cheapest way in which MariaDB makes each change is the one that the table of knowledge names. The statements are those of Django.
func TestLocksOfMariaDB(t *testing.T) {
	run := startMariaDB(t)
	cases := []struct {
		name   string
		change knowledge.TableChange
		sql    string
	}{
		{"a column", knowledge.AddColumnNull, "ADD COLUMN x int NULL"},
		{"a column with a default", knowledge.AddColumnDefault, "ADD COLUMN x int DEFAULT 3 NOT NULL"},
		{"a column with a default for each row", knowledge.AddColumnVolatile, "ADD COLUMN x char(36) DEFAULT uuid() NOT NULL"},
		{"a generated column", knowledge.AddColumnGenerated, "ADD COLUMN x int GENERATED ALWAYS AS (price * 2) STORED"},
		{"a unique column", knowledge.AddColumnUnique, "ADD COLUMN x int NULL UNIQUE"},
		{"a foreign key column", knowledge.AddColumnForeignKey, "ADD COLUMN x bigint NULL, ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES tag (id)"},
		{"a column with a check", knowledge.AddColumnCheck, "ADD COLUMN x int DEFAULT 1 NOT NULL CHECK (x >= 0)"},
		{"a column goes", knowledge.DropColumn, "DROP COLUMN note"},
		{"another name", knowledge.RenameColumn, "CHANGE note remark longtext NULL"},
		{"a default", knowledge.SetDefault, "ALTER COLUMN price SET DEFAULT 4"},
		{"not null", knowledge.SetNotNull, "MODIFY note longtext NOT NULL"},
		{"null", knowledge.DropNotNull, "MODIFY price int NULL"},
		{"another type", knowledge.ChangeType, "MODIFY price bigint NOT NULL"},
		{"a shorter text", knowledge.ChangeType, "MODIFY name varchar(40) NOT NULL"},
		{"a longer text within 255 bytes", knowledge.WidenText, "MODIFY name varchar(60) NOT NULL"},
		{"a longer text beyond 255 bytes", knowledge.ChangeType, "MODIFY name varchar(80) NOT NULL"},
		{"text without a length", knowledge.ChangeType, "MODIFY name longtext NOT NULL"},
		{"more digits", knowledge.WidenDecimal, "MODIFY amount decimal(12, 2) NOT NULL"},
		{"an index", knowledge.CreateIndex, "ADD INDEX i (name)"},
		{"an index goes", knowledge.DropIndex, "DROP INDEX price_idx"},
		{"an index has another name", knowledge.RenameIndex, "RENAME INDEX price_idx TO j"},
		{"a unique constraint", knowledge.AddUnique, "ADD CONSTRAINT u UNIQUE (name)"},
		{"a check", knowledge.AddCheck, "ADD CONSTRAINT c CHECK (price >= -1)"},
		{"a check goes", knowledge.DropConstraint, "DROP CONSTRAINT price_positive"},
		{"a foreign key", knowledge.AddForeignKey, "ADD CONSTRAINT f FOREIGN KEY (tag_id) REFERENCES tag (id)"},
		{"a foreign key goes", knowledge.DropForeignKey, "DROP FOREIGN KEY other_fk"},
		{"the table has another name", knowledge.RenameTable, "RENAME TO things"},
		{"a comment", knowledge.CommentOn, "COMMENT 'x'"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			said, ok := knowledge.HowLocks(knowledge.MariaDB, knowledge.Version{Major: 10, Minor: 11}, c.change)
			if !ok {
				t.Fatalf("no row for: %s", c.change)
			}
			lock, rebuilt := cheapest(t, run, c.sql)
			if lock != said.Lock {
				t.Errorf("the table of knowledge says %s, MariaDB does it with %s", said.Lock, lock)
			}
			if rewrites := said.Work == knowledge.Rewrite; rewrites != rebuilt {
				t.Errorf("the table of knowledge says that it is %s, MariaDB writes it anew: %t", said.Work, rebuilt)
			}
		})
	}
}

// cheapest is the first way in which the server agrees to alter the table, and whether that writes it anew.
func cheapest(t *testing.T, run func(string) error, sql string) (lock string, rebuilt bool) {
	t.Helper()
	const tables = `DROP DATABASE IF EXISTS shop; CREATE DATABASE shop; USE shop;
		CREATE TABLE tag (id bigint PRIMARY KEY);
		CREATE TABLE product (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL, note longtext NULL, price int NOT NULL, amount decimal(10, 2) NOT NULL,
			tag_id bigint NULL, other_id bigint NULL, KEY price_idx (price), KEY tag_idx (tag_id), KEY other_idx (other_id),
			CONSTRAINT price_positive CHECK (price >= 0), CONSTRAINT other_fk FOREIGN KEY (other_id) REFERENCES tag (id));
		INSERT INTO tag VALUES (1); INSERT INTO product (name, note, price, amount, tag_id) SELECT seq, seq, seq, seq, 1 FROM seq_1_to_300;`
	try := func(way string) error {
		if err := run(tables); err != nil {
			t.Fatal(err)
		}
		return run("USE shop; ALTER TABLE product " + sql + ", " + way)
	}
	var last error
	for _, way := range []string{"ALGORITHM=INSTANT", "ALGORITHM=INPLACE, LOCK=NONE", "ALGORITHM=INPLACE, LOCK=SHARED", "ALGORITHM=COPY, LOCK=NONE", "ALGORITHM=COPY, LOCK=SHARED"} {
		if last = try(way); last != nil {
			continue
		}
		if strings.HasPrefix(way, "ALGORITHM=INPLACE") {
			return way, try("ALGORITHM=NOCOPY") != nil
		}
		return way, strings.HasPrefix(way, "ALGORITHM=COPY")
	}
	t.Fatalf("MariaDB does not make the change: %v", last)
	return "", false
}
