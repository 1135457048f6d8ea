package project

import (
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

// Rollout is a place of the deployment which shows that the old release still serves while the migrations of the new one are applied.
type Rollout struct {
	Reason string // one clause, "" where nothing shows it
	At     source.Span
}

// Rollout looks for a deployment that rolls: a release phase of a platform, which runs before the new processes take over, and web
// processes that Kubernetes replaces one after the other.
func (s *Snapshot) Rollout() Rollout {
	if s.Deployment == nil {
		return Rollout{}
	}
	for _, p := range s.Deployment.Processes {
		if !p.Production {
			continue
		}
		switch {
		case p.Role == deploy.Release && (p.Runtime == deploy.OnPlatform || p.Runtime == deploy.FromProcfile) && len(p.Runs("migrate")) > 0:
			return Rollout{"the release phase migrates while the processes of the last release go on", p.At}
		case p.Role == deploy.Web && p.Runtime == deploy.InPod && p.Recreated.Known && !p.Recreated.Value:
			return Rollout{"Kubernetes starts the pods of the new release before it ends the old ones", p.At}
		}
	}
	return Rollout{}
}
