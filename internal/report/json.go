package report

import (
	"encoding/json"
	"io"

	"gonogo/internal/audit"
	"gonogo/internal/redact"
	"gonogo/internal/source"
)

// Schema is the version of the JSON shapes. A change of meaning raises it; new fields don't.
const Schema = 1

type jsonAudit struct {
	Schema      int              `json:"schema"`
	Tool        jsonTool         `json:"tool"`
	Project     jsonProject      `json:"project"`
	Verdict     audit.Verdict    `json:"verdict"`
	Because     []string         `json:"because"`
	Summary     map[string]int   `json:"summary"`
	Checks      []jsonCheck      `json:"checks"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonProject struct {
	Root           string   `json:"root"`
	Django         string   `json:"django"`
	Python         string   `json:"python"`
	Settings       string   `json:"settings"`
	SettingsReason string   `json:"settings_reason"`
	Stack          []string `json:"stack"`
}

type jsonCheck struct {
	ID       string        `json:"id"`
	Section  string        `json:"section"`
	Title    string        `json:"title"`
	Severity string        `json:"severity"`
	Status   string        `json:"status"`
	Reason   string        `json:"reason"`
	Cause    *string       `json:"cause"`
	Evidence []string      `json:"evidence"`
	Findings []jsonFinding `json:"findings"`
}

// jsonPlace counts lines and columns from 1, columns in characters. A file as a whole is told as its very beginning.
type jsonPlace struct {
	Path      string `json:"path"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"end_line,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
}

type jsonFinding struct {
	Severity string `json:"severity"`
	Message  string `json:"message"`
	jsonPlace
	Fix         string        `json:"fix,omitempty"`
	Fingerprint string        `json:"fingerprint"`
	Related     []jsonRelated `json:"related"`
}

type jsonRelated struct {
	Message string `json:"message"`
	jsonPlace
}

type jsonDiagnostic struct {
	jsonPlace
	Message string `json:"message"`
}

// JSON writes an audit for programs; docs/json.md describes the shape.
func JSON(w io.Writer, a *audit.Audit) error {
	out := jsonAudit{
		Schema: Schema, Tool: jsonTool{"gonogo", a.Tool},
		Project: jsonProject{a.Project.Root, a.Project.Django, a.Project.Python, a.Project.Settings, a.Project.SettingsReason, list(a.Project.Stack)},
		Verdict: a.Verdict, Because: list(a.Because), Summary: summary(a),
		Checks: []jsonCheck{}, Diagnostics: []jsonDiagnostic{},
	}
	for _, c := range a.Checks {
		out.Checks = append(out.Checks, encodeCheck(c))
	}
	for _, d := range a.Diagnostics {
		out.Diagnostics = append(out.Diagnostics, jsonDiagnostic{encodePlace(d.At), redact.Text(d.Message)})
	}
	return encode(w, out)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

func summary(a *audit.Audit) map[string]int {
	counts := a.Count()
	out := make(map[string]int)
	for _, s := range audit.Statuses() {
		out[s.String()] = counts[s]
	}
	return out
}

func encodeCheck(c audit.Check) jsonCheck {
	out := jsonCheck{
		ID: c.ID, Section: c.Section(), Title: c.Title, Severity: c.Severity.String(), Status: c.Status.String(),
		Reason: redact.Text(c.Reason), Evidence: list(c.Evidence), Findings: []jsonFinding{},
	}
	if c.Cause != "" {
		out.Cause = &c.Cause
	}
	for _, f := range c.Findings {
		out.Findings = append(out.Findings, encodeFinding(f))
	}
	return out
}

func encodeFinding(f audit.Finding) jsonFinding {
	out := jsonFinding{
		Severity: f.Severity.String(), Message: redact.Text(f.Message), jsonPlace: encodePlace(f.At),
		Fix: redact.Text(f.Fix), Fingerprint: f.Fingerprint, Related: []jsonRelated{},
	}
	for _, r := range f.Related {
		out.Related = append(out.Related, jsonRelated{redact.Text(r.Message), encodePlace(r.At)})
	}
	return out
}

func encodePlace(s source.Span) jsonPlace {
	if s.IsZero() {
		return jsonPlace{}
	}
	if s.Start == 0 && s.End == 0 {
		return jsonPlace{s.Path(), 1, 1, 1, 1} // the file as a whole
	}
	begin, finish := s.Begin(), s.Finish()
	return jsonPlace{s.Path(), begin.Line, begin.Column, finish.Line, finish.Column}
}

// list is never null in JSON.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
