package proxy

import "gonogo/internal/check"

// noProxy is the answer where no proxy in front of the application is in the repository.
func noProxy(p *check.SourcePass) check.Answer {
	if files := p.Project.ProxyFiles(); len(files) > 0 {
		if len(files) > 2 {
			files = append(files[:2:2], "others")
		}
		return check.Unclear("no site of production that hands requests to the application was found in " + check.And(files))
	}
	return check.Absent("the repository holds no proxy in front of the application")
}
