package media

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
)

// uploadFolder is where uploads go as the settings say.
type uploadFolder struct {
	setting string // that names it: "MEDIA_ROOT"
	path    string // as the settings give it
	file    string // in which it is set
	value   eval.Value
}

// onVolume tells whether the folder of uploads outlives the containers that the web server runs in.
func onVolume(p *check.SourcePass, folder uploadFolder) check.Answer {
	start := "uploads go to a local folder (" + folder.setting + "); "
	var lost []check.Finding
	var doubts []string
	kept, elsewhere := "", ""
	for _, process := range check.Running(p, deploy.Web) {
		if process.Runtime != deploy.InContainer && process.Runtime != deploy.InPod {
			elsewhere = process.Artefact
			continue
		}
		inside, ok := check.Folder{Path: folder.path, File: folder.file}.Inside(p, process)
		if !ok {
			doubts = append(doubts, "where it stands in the container of "+process.Artefact+" is not known")
			continue
		}
		answer := judgeMount(process, folder, inside)
		lost = append(lost, answer.Findings...)
		if answer.Status == check.Unknown {
			doubts = append(doubts, answer.Reason)
		} else if answer.Status == check.Pass {
			kept = answer.Reason
		}
	}
	switch {
	case len(doubts) > 0:
		return check.Unclear(start + doubts[0] + "; look whether that folder is a mounted volume")
	case len(lost) > 0 && kept != "":
		return check.Unclear(start + kept + ", but not everywhere: " + lost[0].Message)
	case len(lost) > 0:
		return check.Failed(lost[0])
	case kept != "":
		return check.Passed(kept)
	case elsewhere != "":
		return check.Unclear(start + "what " + elsewhere + " runs on decides whether it outlives a deployment; look whether that folder is on a disk or volume that is kept")
	}
	return check.Unclear(start + "nothing in the repository says where the web server runs; look whether that folder is a mounted volume")
}

// judgeMount judges what is mounted at a folder of a container.
func judgeMount(process *deploy.Process, folder uploadFolder, inside string) check.Answer {
	volume, mounted, whole := process.Mounted(inside)
	finding := check.Finding{Severity: check.Recommended, At: process.At,
		Message: fmt.Sprintf("%s writes uploads to %s (%s), where nothing is mounted, so they are lost with the container; mount a volume there, or use an object storage", process.Artefact, inside, folder.setting)}
	if process.Explicit {
		finding.Severity = check.Critical
	}
	switch {
	case mounted && volume.ReadOnly:
		return check.Unclear("what " + process.Artefact + " mounts at " + volume.Target + " is read-only")
	case mounted && volume.Kind == deploy.BindMount && volume.Path != "" && (volume.Path == "." || strings.HasPrefix(folder.file, volume.Path+"/")):
		return check.Unclear(process.Artefact + " mounts the folder of the code itself there, as for development")
	case mounted && volume.Persistent():
		return keptBy(process, volume, inside)
	case mounted && volume.Kind == deploy.MemoryVolume:
		finding.At = volume.At
		finding.Message = fmt.Sprintf("%s writes uploads to %s (%s), which is lost with the container; mount a volume there that has a name, or use an object storage", process.Artefact, inside, folder.setting)
	case mounted:
		return check.Unclear("what " + process.Artefact + " mounts at " + volume.Target + " has no name, so it is lost once the container is removed")
	}
	switch {
	case !mounted && !whole:
		return check.Unclear("what " + process.Artefact + " mounts there is not known in full")
	case check.EnvNote(folder.value) != "":
		return check.Unclear("by its default it is " + inside + " in " + process.Artefact + ", where no volume is kept, and a variable can name another folder")
	case check.Links(process):
		return check.Unclear("no volume is kept at " + inside + " in " + process.Artefact + ", but a command there makes links")
	}
	return check.Failed(finding)
}

// keptBy is the answer where a volume that outlives its container is mounted.
func keptBy(process *deploy.Process, volume deploy.Volume, inside string) check.Answer {
	what := "the volume " + volume.Source
	if volume.Kind == deploy.BindMount {
		what = "the host's folder " + volume.Source
		if process.Runtime == deploy.InPod {
			return check.Unclear("it is on " + what + ", which one node alone has")
		}
	}
	return check.Passed(fmt.Sprintf("uploads go to %s, which is on %s (%s)", inside, what, process.Artefact))
}
