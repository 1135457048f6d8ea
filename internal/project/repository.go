package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// gitTimeout bounds each run of git.
const gitTimeout = 20 * time.Second

// startRepository asks git for the tracked files beside the rest of the loading.
func startRepository(tree *source.Tree, given *Repository) *pending[*Repository] {
	return start(func() *Repository {
		switch {
		case given != nil:
			return given
		case tree.Dir() == "":
			return &Repository{Reason: "the project is not on disk"}
		}
		return readRepository(tree.Dir())
	})
}

// readRepository asks git about the folder. The paths of the result are relative to it, also where the checkout begins above it.
func readRepository(dir string) *Repository {
	if !inCheckout(dir) {
		return &Repository{Reason: "the project is in no git checkout"}
	}
	if _, err := exec.LookPath("git"); err != nil {
		return &Repository{Reason: "git is not installed"}
	}
	out, err := git(dir, nil, "ls-files", "-s", "-z")
	if err != nil {
		return &Repository{Reason: fmt.Sprintf("git cannot list the files: %v", err)}
	}
	return staged(splitNul(out), ignoreJudge(dir))
}

// staged makes the facts of a repository from the entries of its index: "100755 1f7a7a47… 0\tbin/start.sh".
func staged(entries []string, ignored func(string) eval.Tri) *Repository {
	var tracked, executable []string
	for _, entry := range entries {
		mode, name, _ := strings.Cut(entry, "\t")
		tracked = append(tracked, name)
		if strings.HasPrefix(mode, "100755 ") {
			executable = append(executable, name)
		}
	}
	return NewRepository(tracked, ignored).WithExecutable(executable)
}

// inCheckout looks for .git in the folder and those above it, so that git is not started for nothing.
func inCheckout(dir string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

// git runs a command that only reads. The repository's own configuration can't make it run anything: no hooks, no file system monitor,
// no pager, no prompt, no lock.
func git(dir string, stdin []byte, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	defer cancel()
	cmd := gitCommand(ctx, dir, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("it did not answer within %s", gitTimeout)
	case errors.As(err, &exit):
		first, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		return out, &gitError{code: exit.ExitCode(), text: first}
	}
	return out, err
}

// gitCommand is a git that only reads, in a folder.
func gitCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	fixed := []string{"--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull}
	cmd := exec.CommandContext(ctx, "git", append(fixed, args...)...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
		"SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), "USERPROFILE=" + os.Getenv("USERPROFILE")}
	return cmd
}

// gitError is what git says when it ends with another code than 0.
type gitError struct {
	code int
	text string
}

func (e *gitError) Error() string { return e.text }

func splitNul(out []byte) []string {
	var list []string
	for _, p := range bytes.Split(out, []byte{0}) {
		if len(p) > 0 {
			list = append(list, string(p))
		}
	}
	return list
}

// ignoreJudge asks git whether its rules ignore a path, each path once. Rules are asked alone: a tracked file can be ignored too.
func ignoreJudge(dir string) func(string) eval.Tri {
	var mu sync.Mutex
	known := make(map[string]eval.Tri)
	return func(path string) eval.Tri {
		mu.Lock()
		defer mu.Unlock()
		if answer, ok := known[path]; ok {
			return answer
		}
		answer := eval.Yes
		if _, err := git(dir, []byte(path+"\x00"), "check-ignore", "-q", "-z", "--stdin", "--no-index"); err != nil {
			answer = eval.Maybe
			var exit *gitError
			if errors.As(err, &exit) && exit.code == 1 { // none of the paths is ignored (git-check-ignore(1), EXIT STATUS)
				answer = eval.No
			}
		}
		known[path] = answer
		return answer
	}
}
