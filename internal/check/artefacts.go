package check

import (
	"slices"
	"time"

	"gonogo/internal/deploy"
	"gonogo/internal/project"
)

// This file asks a check once for each way in which the repository starts the site, where the ways differ to the settings. The worst answer counts,
// and what holds for some of them says for which.

// Passes are what a check is asked with: one pass, or one for each artefact that starts the site with settings of its own.
func Passes(snapshot *project.Snapshot, today time.Time) []*SourcePass {
	ways := snapshot.Alternatives()
	if len(ways) == 0 {
		return []*SourcePass{{Project: snapshot, Settings: snapshot.Settings, Today: today}}
	}
	var passes []*SourcePass
	for _, w := range ways {
		p := &SourcePass{Project: snapshot, Settings: w.Settings, Today: today, Artefact: w.Group}
		for _, other := range ways {
			if other.Group != w.Group {
				p.others = append(p.others, other.Group)
			}
		}
		passes = append(passes, p)
	}
	return passes
}

// belongs reports whether a process is none of another artefact than the one that is asked about.
func (p *SourcePass) belongs(process *deploy.Process) bool {
	if p.Artefact == nil || slices.Contains(p.Artefact.Processes, process) {
		return true
	}
	return !slices.ContainsFunc(p.others, func(g *deploy.Group) bool { return slices.Contains(g.Processes, process) })
}

// Join makes one answer of those that a check gave with each of the passes. Equal findings are told once.
func Join(passes []*SourcePass, answers []Answer) Answer {
	if len(answers) == 1 {
		return answers[0]
	}
	worst := slices.MaxFunc(answers, func(a, b Answer) int { return badness(a.Status) - badness(b.Status) })
	if worst.Status != Fail {
		if holders := holding(passes, answers, func(a Answer) bool { return a.Status == worst.Status }); worst.Status == Unknown {
			worst.Reason = holders + worst.Reason
		}
		return worst
	}
	joined := Answer{Status: Fail, Findings: joinFindings(passes, answers)}
	if len(joined.Findings) == 0 {
		joined.Cause = worst.Cause
		joined.Reason = holding(passes, answers, func(a Answer) bool { return a.Status == Fail }) + worst.Reason
	}
	return joined
}

// badness orders statuses by which of them counts for several artefacts.
func badness(s Status) int { return slices.Index([]Status{NotApplicable, Pass, Unknown, Fail}, s) }

// holding names the artefacts for whose answer something holds, as the beginning of a sentence; "" where it holds for all.
func holding(passes []*SourcePass, answers []Answer, holds func(Answer) bool) string {
	var names []string
	for i, a := range answers {
		if holds(a) {
			names = append(names, passes[i].Artefact.Name)
		}
	}
	if len(names) == len(answers) {
		return ""
	}
	return "under " + And(names) + ": "
}

// told is a finding of one or several answers.
type told struct {
	Finding
	of []int // the answers, in order
}

// joinFindings are the findings of all answers, each once, with the artefacts that it holds for where these are not all.
func joinFindings(passes []*SourcePass, answers []Answer) []Finding {
	var list []*told
	for i, a := range answers {
		for _, f := range a.Findings {
			if t := sameFinding(list, f, i); t != nil {
				t.of = append(t.of, i)
			} else {
				list = append(list, &told{f, []int{i}})
			}
		}
	}
	var all []Finding
	for _, t := range list {
		f := t.Finding
		if len(t.of) < len(answers) {
			var names []string
			for _, i := range t.of {
				names = append(names, passes[i].Artefact.Name)
			}
			f.Message = "under " + And(names) + ": " + f.Message
		}
		all = append(all, f)
	}
	return all
}

// sameFinding is the finding of an earlier answer that an answer has again: with the same words at the same place, else at the same narrow place,
// where words about variables may differ, else with the same words.
func sameFinding(list []*told, f Finding, answer int) *told {
	for _, same := range []func(Finding) bool{
		func(g Finding) bool { return g.At == f.At && g.Message == f.Message },
		func(g Finding) bool { return g.At == f.At && f.At.Start != f.At.End },
		func(g Finding) bool { return g.Message == f.Message },
	} {
		for _, t := range list {
			if t.of[len(t.of)-1] != answer && t.Severity == f.Severity && same(t.Finding) {
				return t
			}
		}
	}
	return nil
}
