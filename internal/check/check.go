// Package check is the contract between a question of the catalogue and everything around it: what a check is, may know, and answers.
package check

import (
	"time"

	"gonogo/internal/audit"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

// Severity is how much a finding weighs; see audit.Severity.
type Severity = audit.Severity

// The severities, lightest first.
const (
	Optional    = audit.Optional
	Recommended = audit.Recommended
	Critical    = audit.Critical
)

// Status is the answer to a check; see audit.Status.
type Status = audit.Status

// The statuses that a check can answer with; the others come from waivers and attestations.
const (
	Pass          = audit.Pass
	Fail          = audit.Fail
	Unknown       = audit.Unknown
	NotApplicable = audit.NotApplicable
)

// A Check is one question of the catalogue. One file holds the question, its documentation and every way to answer it.
type Check struct {
	ID       string // "https/hsts": section and name; public and permanent
	Severity Severity
	Doc      Doc
	// WithoutSettings says that Source can answer when no settings module could be found; SourcePass.Settings may be nil then.
	WithoutSettings bool
	// Source answers from the files of the project.
	Source func(*SourcePass) Answer
}

// Doc is the documentation of a check. Every field but Django is required.
type Doc struct {
	Title      string // the good state in one sentence: "DEBUG is off in production"
	Why        string // why it matters, the trade-off included; plain prose, paragraphs separated by an empty line
	Fix        string // how to fix it, with the name of the setting, option or file
	Verify     string // how to verify the fix by hand: a command and what it must print
	Bad, Good  []Example
	References []Reference
	Django     []string // ids of Django's own system checks that ask the same, "security.W004"
	// Triggers says which failing states the check tells apart, one line each, for the generated page; may be empty.
	Triggers []string
}

// Example is a small project; every one is run in the tests, and a Bad one must fail, a Good one must pass.
// The tests add a manage.py for the settings module "settings" and a requirements.txt with a supported Django where the example has none.
type Example struct {
	Note  string // one line above it
	Files []ExampleFile
	Given string // the path of the file that is named with --env-file, "" for none
	// Tracked are the files that git tracks, "*" for all that .gitignore lets through; nil when the example is no git checkout.
	Tracked []string
	// Released are the files that the last release had; nil when that is not known.
	Released []string
	// Advisories is the folder of the example's files that is named with --advisories, "" for none.
	Advisories string
}

// ExampleFile is one file of an example.
type ExampleFile struct{ Path, Text string }

// Reference is where to read more.
type Reference struct{ Title, URL string }

// SourcePass is all that a check may know when it answers from the source: no files, network, environment or clock beside it.
type SourcePass struct {
	Project *project.Snapshot
	// Settings are the production settings. The engine answers Unknown in place of a check that needs them when there are none.
	Settings *django.Settings
	Today    time.Time // the date on which the audit is made, UTC
	// Artefact is the one of several artefacts, each of which starts the site, that Settings are those of; nil where there is one, or where all
	// give the same settings.
	Artefact *deploy.Group
	others   []*deploy.Group // the other ones
}

// Answer is what a check found.
type Answer struct {
	Status   Status
	Reason   string // for Pass and NotApplicable optional, for Unknown required: one clause
	Findings []Finding
	// Cause is the id of the check that owns the fault, where it is another one; see catalogue rule 6.
	Cause string
}

// Finding is one fault with its evidence.
type Finding struct {
	Severity Severity
	// Message is one sentence: what happens, and what to write instead.
	Message string
	At      source.Span // the narrowest place that a reader needs
	Related []Related   // the other half of a contradiction
	Fix     string      // the shortest fix, one line of code or configuration, or ""
	// Secret says that what At covers is a secret by itself: it is never shown.
	Secret bool
}

// Related is another place that a finding rests on.
type Related = audit.Related

// Passed is the answer that all is well; reason may name the evidence.
func Passed(reason string) Answer { return Answer{Status: Pass, Reason: reason} }

// Failed is the answer with findings, at least one.
func Failed(findings ...Finding) Answer { return Answer{Status: Fail, Findings: findings} }

// CausedBy is the answer of a check that fails for a reason which another check owns.
func CausedBy(id, reason string) Answer { return Answer{Status: Fail, Cause: id, Reason: reason} }

// Unclear is the answer that it can't be known; reason says why and what would settle it.
func Unclear(reason string) Answer { return Answer{Status: Unknown, Reason: reason} }

// Absent is the answer that there is nothing to judge; reason says what is not there.
func Absent(reason string) Answer { return Answer{Status: NotApplicable, Reason: reason} }
