package source

import (
	"io/fs"
	"strings"
)

// leftOut reports whether a folder by that name holds nothing that the project's people wrote: version control, installed packages,
// caches. Its files are not listed.
func leftOut(name string) bool {
	switch name {
	case ".git", ".hg", ".svn", ".jj",
		"node_modules", "bower_components", "jspm_packages",
		"site-packages", "dist-packages", "__pypackages__",
		"__pycache__", ".tox", ".nox", ".eggs",
		".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints",
		".next", ".nuxt", ".svelte-kit", ".parcel-cache", ".turbo", ".angular", ".sass-cache", ".terraform":
		return true
	}
	return strings.HasSuffix(name, ".egg-info")
}

// installed reports whether a folder's content shows that tools made it: a virtual environment (pyvenv.cfg, PEP 405), a conda
// environment, or a cache that says so itself (https://bford.info/cachedir/).
func installed(content []fs.DirEntry) bool {
	for _, e := range content {
		switch e.Name() {
		case "pyvenv.cfg", "conda-meta", "CACHEDIR.TAG":
			return true
		}
	}
	return false
}

// generated reports whether a file by that name is the output of a front-end bundler: no one wrote it, and it is large.
func generated(name string) bool {
	for _, end := range []string{".min.js", ".min.css", ".bundle.js", ".chunk.js", ".chunk.css", ".js.map", ".css.map", ".pyc", ".pyo"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
