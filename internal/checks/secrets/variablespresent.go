package secrets

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
	"gonogo/internal/runbook"
)

func variablesPresent() check.Check {
	return check.Check{
		ID:       "secrets/variables-present",
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "The environment has every variable that the settings require",
			Why: `A variable that is missing on the day of the release fails at the worst moment: the new code is out, the old one is gone. An empty one, or one that still has the value of the example file, is worse, because the site starts.

The question can be answered for an environment that is shown: that of a container whose variables all stand in compose.yml, or a file. Name the file that production's environment is made from; its values are compared, and never printed.`,
			Fix:    `Add the variable to the environment file with a real value, or give it a default in the settings if it really has one.`,
			Verify: `Run "gonogo env --check FILE": it names no variable. "set -a; . FILE; set +a; python manage.py check --deploy" starts.`,
			Bad: []check.Example{
				{Note: "One variable is missing.", Given: "host.env", Files: []check.ExampleFile{
					{Path: "settings.py", Text: "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nEMAIL_HOST = os.environ[\"MAIL_SERVER\"]\n"},
					{Path: "host.env", Text: "SECRET_KEY=u7k2pv9xq4wz6rt8yb3nm5c1d0fghjlseiaU7K2PV9XQ4WZ6RT8YB3\n"},
				}},
				{Note: "The example's value was never changed.", Given: "host.env", Files: []check.ExampleFile{
					{Path: "settings.py", Text: "import os\n\nSTRIPE_API_KEY = os.environ[\"STRIPE_API_KEY\"]\n"},
					{Path: "host.env", Text: "STRIPE_API_KEY=your-key-here\n"},
				}},
			},
			Good: []check.Example{
				{Note: "All are there.", Given: "host.env", Files: []check.ExampleFile{
					{Path: "settings.py", Text: "import os\n\nEMAIL_HOST = os.environ[\"MAIL_SERVER\"]\nEMAIL_PORT = int(os.environ.get(\"MAIL_PORT\", \"587\"))\n"},
					{Path: "host.env", Text: "MAIL_SERVER=smtp.shop.example\n"},
				}},
			},
			References: []check.Reference{
				check.See("The Twelve-Factor App: config", "https://12factor.net/config"),
				check.See("Python: os.environ", check.PythonDocs+"os.html#os.environ"),
			},
			Triggers: []string{
				"a container, pod or unit, of which the repository tells the whole environment, is not given a variable without which the settings cannot be imported, or is given nothing in it",
				"a variable without a default is missing in the given environment",
				"a variable without a default is empty there",
				"a secret has an example value there",
			},
		},
		Source: presentSource,
	}
}

func presentSource(p *check.SourcePass) check.Answer {
	given := p.Project.Given
	if given == nil {
		if findings := lackingProcesses(p); len(findings) > 0 {
			return check.Failed(findings...)
		}
		for _, r := range p.Settings.Result.Reads {
			if !r.HasDefault {
				return check.Unclear("no environment is given to compare with; name one with --env-file")
			}
		}
		return check.Absent("the settings require no variable")
	}
	var findings []check.Finding
	for _, r := range missingVariables(p.Settings, given) {
		findings = append(findings, check.Finding{
			Severity: check.Critical,
			Message:  "The variable " + r.Name + " is not in " + given.File.Path + ", and the settings cannot be imported without it; add it there",
			At:       r.At,
			Related:  []check.Related{{Message: "it is missing in this environment", At: given.File.Whole()}},
		})
	}
	findings = append(findings, uselessValues(p, given)...)
	return check.Gather(findings, nil, "")
}

// maxMissing bounds how many missing variables are looked for, each by another evaluation.
const maxMissing = 40

// missingVariables are the readings without which the settings fail to import in the given environment, in the order in which they
// fail: each is given a value for the next try. "1" is text, number and yes at once.
func missingVariables(s *django.Settings, given *project.EnvFile) []eval.Read {
	var missing []eval.Read
	tried := map[string]string{}
	for len(missing) < maxMissing && s != nil {
		failure := s.Shipped().Failure
		if failure == nil {
			break
		}
		r, ok := failedRead(s, failure, given, tried)
		if !ok {
			break
		}
		missing = append(missing, r)
		tried[r.Name] = "1"
		s = s.With(tried)
	}
	return missing
}

// failedRead is the reading of a missing variable that made the import fail: it stands where the exception was raised, or the
// exception names it.
func failedRead(s *django.Settings, failure *eval.Failure, given *project.EnvFile, tried map[string]string) (eval.Read, bool) {
	for _, r := range s.Result.Reads {
		if _, there := lineOf(given, r.Name); there || tried[r.Name] != "" || r.HasDefault {
			continue
		}
		here := r.At.File == failure.At.File && r.At.Start < failure.At.End && failure.At.Start < r.At.End
		if here || runbook.HasWord(failure.Message, r.Name) {
			return r, true
		}
	}
	return eval.Read{}, false
}

// uselessValues are the lines of the environment that give a variable nothing, or an example.
func uselessValues(p *check.SourcePass, given *project.EnvFile) []check.Finding {
	var findings []check.Finding
	seen := map[string]bool{}
	optional := map[string]bool{}
	for _, r := range p.Settings.Result.Reads {
		optional[r.Name] = optional[r.Name] || r.HasDefault
	}
	for _, r := range p.Settings.Result.Reads {
		line, ok := lineOf(given, r.Name)
		if !ok || seen[r.Name] {
			continue
		}
		seen[r.Name] = true
		message := ""
		switch {
		case line.Value == "" && !optional[r.Name]:
			message = "The variable " + r.Name + " is empty in " + given.File.Path + ", and the settings have no default for it; give it its value"
		case (r.Secret || redact.SecretName(r.Name)) && line.Value != "" && check.IsExampleValue(line.Value) && !ownedByKey(p, r.Name):
			message = "The variable " + r.Name + " has an example value in " + given.File.Path + "; give it a real one"
		}
		if message != "" {
			findings = append(findings, check.Finding{Severity: check.Critical, Message: message, At: line.ValueAt, Related: []check.Related{{Message: "it is read here", At: r.At}}})
		}
	}
	return findings
}

// ownedByKey reports whether the variable gives SECRET_KEY, whose strength another check judges.
func ownedByKey(p *check.SourcePass, name string) bool {
	for _, ref := range p.Settings.Get("SECRET_KEY").Value.Env() {
		if ref.Name == name {
			return true
		}
	}
	return false
}

// lineOf is the last line of an environment file that gives a variable.
func lineOf(file *project.EnvFile, name string) (project.EnvLine, bool) {
	for i := len(file.Vars) - 1; i >= 0; i-- {
		if file.Vars[i].Name == name {
			return file.Vars[i], true
		}
	}
	return project.EnvLine{}, false
}
