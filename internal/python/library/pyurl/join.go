package pyurl

import "strings"

// Join is urljoin: a relative reference resolved against a base.
func Join(base, ref string, allowFragments bool) (string, error) {
	if base == "" {
		return ref, nil
	}
	if ref == "" {
		return base, nil
	}
	b, err := Parse(base, "", allowFragments)
	if err != nil {
		return "", err
	}
	u, err := Parse(ref, b.Scheme, allowFragments)
	if err != nil {
		return "", err
	}
	if u.Scheme != b.Scheme || !usesRelative[u.Scheme] {
		return ref, nil
	}
	if usesNetloc[u.Scheme] {
		if u.Netloc != "" {
			return u.Unparse()
		}
		u.Netloc = b.Netloc
	}
	if u.Path == "" && u.Params == "" {
		u.Path, u.Params = b.Path, b.Params
		if u.Query == "" {
			u.Query = b.Query
		}
		return u.Unparse()
	}
	u.Path = resolve(b.Path, u.Path)
	return u.Unparse()
}

// resolve applies RFC 3986, 5.2.3 and 5.2.4, to two paths.
func resolve(base, path string) string {
	parts := strings.Split(base, "/")
	if parts[len(parts)-1] != "" {
		parts = parts[:len(parts)-1]
	}
	var segments []string
	if strings.HasPrefix(path, "/") {
		segments = strings.Split(path, "/")
	} else {
		all := append(parts[:len(parts):len(parts)], strings.Split(path, "/")...)
		for i, s := range all {
			if s != "" || i == 0 || i == len(all)-1 {
				segments = append(segments, s)
			}
		}
	}
	var out []string
	for _, s := range segments {
		switch s {
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		case ".":
		default:
			out = append(out, s)
		}
	}
	if last := segments[len(segments)-1]; last == "." || last == ".." {
		out = append(out, "")
	}
	if joined := strings.Join(out, "/"); joined != "" {
		return joined
	}
	return "/"
}
