package check

import (
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// Weigh asks a question of every world of the settings and joins the answers as the catalogue's rules say: what is shipped decides,
// an operator's choice can't turn a good answer, and a condition that the source does not decide makes an answer unknown when it would
// be another under it. rests are the settings that the question reads: when the project gives none of them, a fault
// that a file outside the repository could lift is unknown too (see Rule).
func Weigh(s *django.Settings, question func(*django.World) Answer, rests ...string) Answer {
	answers := map[*django.World]Answer{}
	fault := func(w *django.World) eval.Tri {
		a, asked := answers[w]
		if !asked {
			a = question(w)
			answers[w] = a
		}
		switch a.Status {
		case Fail:
			return eval.Yes
		case Unknown:
			return eval.Maybe
		}
		return eval.No
	}
	tri, in := s.Judge(fault)
	a := answers[in]
	if tri == eval.Maybe && in != s.Shipped() {
		if shipped := answers[s.Shipped()]; shipped.Status == Fail {
			return Unclear("it depends on something that the source does not decide: unless " + Conditions(in) + ", " + shipped.Findings[0].Message)
		}
		return Unclear(otherwise(in, a))
	}
	if tri == eval.Yes && len(rests) > 0 {
		if file := setElsewhere(s, rests); file != "" {
			return Unclear(rests[0] + " is not set here, but " + file + " may set it")
		}
	}
	return a
}

// otherwise is the reason why a good answer does not hold: there is a world with another one.
func otherwise(w *django.World, a Answer) string {
	what := a.Reason
	if len(a.Findings) > 0 {
		what = a.Findings[0].Message
	}
	if when := Conditions(w); when != "" {
		return "it depends on something that the source does not decide: when " + when + ", " + what
	}
	return what
}

// Gather is the answer of a check that looks at several things of one kind: the findings when there are any,
// else the first doubt, else a pass with the reason.
func Gather(findings []Finding, doubts []string, reason string) Answer {
	switch {
	case len(findings) > 0:
		return Failed(findings...)
	case len(doubts) > 0:
		return Unclear(doubts[0])
	}
	return Passed(reason)
}

// WhenMissing names the variables without which a fault is there, for the middle of a message: " when the variable REDIS_URL is missing",
// "" when no variable lifts it. It is EnvNote for a fault that lies in a branch and not in a value.
func WhenMissing(s *django.Settings, fault func(*django.World) eval.Tri) string {
	names, _ := Escapes(s, fault)
	if len(names) == 0 {
		return ""
	}
	return " when " + Variables(names) + are(names) + " missing"
}
