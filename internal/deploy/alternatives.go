package deploy

import "slices"

// Alternatives are the descriptions of production's processes each of which starts the site by itself: two of them are two ways to deploy the
// project, of which somebody chooses one. A description that is started inside another one's container (the programs of supervisord) is a part
// of that, and an image alone counts only where nothing else is there: who starts it gives it variables. Those whose files are named after production come first, the rest in order of place.
func (d *Deployment) Alternatives() []*Group {
	groups := slices.DeleteFunc(d.Groups(), func(g *Group) bool { return len(g.With(Web)) == 0 })
	groups = slices.DeleteFunc(slices.Clone(groups), func(g *Group) bool {
		return slices.ContainsFunc(groups, func(other *Group) bool {
			return other != g && len(other.Processes) > len(g.Processes) && other.holds(g)
		})
	})
	if started := slices.DeleteFunc(slices.Clone(groups), (*Group).imageAlone); len(started) > 0 {
		groups = started
	}
	slices.SortStableFunc(groups, func(a, b *Group) int { return a.explicit() - b.explicit() })
	return groups
}

// holds reports whether all processes of another group are among the group's.
func (g *Group) holds(other *Group) bool {
	return !slices.ContainsFunc(other.Processes, func(p *Process) bool { return !slices.Contains(g.Processes, p) })
}

// imageAlone reports whether the group is an image that something outside of the repository starts.
func (g *Group) imageAlone() bool { return g.Runtime == InImage || g.Runtime == AsS6Service }

// explicit is 0 for a group whose site stands in a file that is named after production, 1 for others.
func (g *Group) explicit() int {
	if slices.ContainsFunc(g.With(Web), func(p *Process) bool { return p.Explicit }) {
		return 0
	}
	return 1
}
