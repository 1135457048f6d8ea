package tasks

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

// periodicJobs are the processes of the project that a clock starts, and the findings about those that it starts more than once at a time.
func periodicJobs(p *check.SourcePass) (jobs []*deploy.Process, findings []check.Finding) {
	if p.Project.Deployment == nil {
		return nil, nil
	}
	for _, g := range p.Project.Deployment.Groups() {
		var before []*deploy.Process
		for _, job := range g.With(deploy.Periodic) {
			main, ok := job.Main()
			if _, _, management := deploy.ManagementCommand(main.Argv); !ok || !management || !job.Production {
				continue
			}
			jobs = append(jobs, job)
			if i := slices.IndexFunc(before, func(other *deploy.Process) bool { return sameJob(other, job) }); i >= 0 {
				findings = append(findings, check.Finding{Severity: check.Recommended, At: job.At,
					Message: fmt.Sprintf("%s and %s start the same command at the same time (%s), so that it runs twice; keep one of them", before[i].Artefact, job.Artefact, job.Schedule.Value),
					Related: []check.Related{{Message: "the other one", At: before[i].At}}})
				continue
			}
			if job.Replicas.Known && job.Replicas.Value > 1 {
				findings = append(findings, check.Finding{Severity: check.Recommended, At: job.Replicas.At,
					Message: fmt.Sprintf("The crontab with %s is read in %d containers, so that each job runs %d times; give cron a container of its own, one of it", job.Name, job.Replicas.Value, job.Replicas.Value),
					Related: []check.Related{{Message: "the job", At: job.At}}})
			}
			before = append(before, job)
		}
	}
	return jobs, findings
}

// sameJob reports whether two jobs of one deployment are the same command at the same time.
func sameJob(a, b *deploy.Process) bool {
	one, _ := a.Main()
	other, _ := b.Main()
	_, first, _ := deploy.ManagementCommand(one.Argv)
	_, second, _ := deploy.ManagementCommand(other.Argv)
	return jobCommand(one) == jobCommand(other) && slices.Equal(first, second) && a.Schedule.Known && b.Schedule.Known && a.Schedule.Value == b.Schedule.Value && sameDeployment(a, b)
}

func jobCommand(c deploy.Command) string {
	name, _, _ := deploy.ManagementCommand(c.Argv)
	return name
}
