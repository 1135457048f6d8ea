package static

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
)

// This file finds what lies in the folder that a location of a proxy serves, and compares it with where Django collects.

// comparison is one location's folder, in the file system of the proxy, beside STATIC_ROOT.
type comparison struct {
	p      *check.SourcePass
	root   check.Folder
	route  check.ProxyRoute
	folder string
	setAt  []check.Related
}

// compareFolders is as judgeLocation.
func compareFolders(p *check.SourcePass, w *django.World, r check.ProxyRoute, folder string) (f *check.Finding, reason string, ok bool) {
	c := comparison{p: p, root: staticRoot(w), route: r, folder: path.Clean(folder), setAt: []check.Related{{Message: "STATIC_ROOT", At: check.Where(w.Get("STATIC_ROOT"))}}}
	container := r.Proxy.Process
	switch {
	case container == nil:
		return c.onMachine()
	case container.Role == deploy.Web || slices.ContainsFunc(check.Running(p, deploy.Web), func(web *deploy.Process) bool {
		return web == container || web.Built != nil && web.Built == container.Built && web.Artefact == container.Artefact
	}):
		return c.inProcess(container, c.folder, "nginx")
	}
	volume, mounted, whole := container.Mounted(c.folder)
	switch {
	case mounted && volume.Kind == deploy.NamedVolume:
		return c.onVolume(volume)
	case mounted && volume.Kind == deploy.BindMount:
		return c.onHost(volume)
	case mounted:
		return c.unclear("what " + container.Artefact + " mounts at " + volume.Target + " is not followed")
	case container.Built != nil:
		return c.inImage(container)
	case !whole:
		return c.unclear("what " + container.Artefact + " mounts is not known in full")
	case container.Runtime != deploy.InContainer:
		return c.unclear("the image of " + container.Artefact + " may hold the files")
	}
	if !isNginx(deploy.ParseImage(container.Image).Name) {
		return c.unclear("the image " + container.Image + " may hold the files")
	}
	return c.fault(fmt.Sprintf("nginx serves %s from %s, where %s mounts nothing, so every style and script is a 404; mount the volume there into which Django collects", c.route.Route.Pattern, c.folder, container.Artefact))
}

func (c comparison) unclear(reason string) (*check.Finding, string, bool) {
	return nil, "nginx serves " + c.route.Route.Pattern + " from " + c.folder + ", and whether Django collects into it is not known: " + reason, false
}

func (c comparison) fault(message string) (*check.Finding, string, bool) {
	f := &check.Finding{Severity: check.Critical, At: c.route.Route.Files.At, Related: c.setAt, Message: message}
	if c.route.Proxy.Orphan {
		f.Severity = check.Recommended // nothing says that this configuration is the one that is used
	}
	return f, "", true
}

func (c comparison) agrees(where string) (*check.Finding, string, bool) {
	return nil, fmt.Sprintf("nginx serves %s from %s, into which Django collects (%s)", c.route.Route.Pattern, c.folder, where), true
}

// onMachine compares where nginx and Django share a file system.
func (c comparison) onMachine() (*check.Finding, string, bool) {
	if _, own := c.root.InTree(c.p); own || !path.IsAbs(c.root.Path) {
		return c.unclear("STATIC_ROOT lies beside the code, and where that stands on the machine is not told")
	}
	if path.Clean(c.root.Path) == c.folder {
		return c.agrees("both on one machine")
	}
	for _, web := range check.Running(c.p, deploy.Web) {
		if web.Runtime == deploy.InContainer || web.Runtime == deploy.InPod || web.Runtime == deploy.InImage {
			return c.unclear("Django runs in a container, and nginx, as far as the repository shows, beside it")
		}
	}
	return c.fault(fmt.Sprintf("nginx serves %s from %s, and collectstatic writes to STATIC_ROOT, %s, so every style and script is a 404; name one folder in both", c.route.Route.Pattern, c.folder, path.Clean(c.root.Path)))
}

// inProcess compares a folder with STATIC_ROOT inside of one process's file system.
func (c comparison) inProcess(process *deploy.Process, folder, who string) (*check.Finding, string, bool) {
	inside, ok := c.root.Inside(c.p, process)
	switch {
	case !ok:
		return c.unclear("where STATIC_ROOT stands in " + process.Artefact + " is not known")
	case inside == folder:
		return c.agrees(inside + " in " + process.Artefact)
	case check.Links(process):
		return c.unclear(process.Artefact + " collects into " + inside + ", and a command in it, or its image, may make links")
	}
	return c.fault(fmt.Sprintf("%s serves %s from %s, and in %s collectstatic writes to %s, so every style and script is a 404; name one folder in both", who, c.route.Route.Pattern, folder, process.Artefact, inside))
}

// onVolume compares where nginx serves a folder of a volume with a name: the process that has the volume, too, must collect there.
func (c comparison) onVolume(volume deploy.Volume) (*check.Finding, string, bool) {
	return c.shared(volume, func(other deploy.Volume) bool {
		return other.Kind == deploy.NamedVolume && other.Source == volume.Source
	})
}

// onHost is the same for a folder of the host.
func (c comparison) onHost(volume deploy.Volume) (*check.Finding, string, bool) {
	return c.shared(volume, func(other deploy.Volume) bool {
		return other.Kind == deploy.BindMount && (other.Source == volume.Source || volume.Path != "" && other.Path != "" && (within(volume.Path, other.Path) || within(other.Path, volume.Path)))
	})
}

// shared compares a folder on a volume that other processes mount, too.
func (c comparison) shared(volume deploy.Volume, same func(deploy.Volume) bool) (*check.Finding, string, bool) {
	rest := strings.TrimPrefix(strings.TrimPrefix(c.folder, path.Clean(volume.Target)), "/")
	var missed *check.Finding
	doubt := ""
	for _, process := range c.p.Project.Deployment.Processes {
		if process == c.route.Proxy.Process || !process.Production || check.ArtefactFile(process) != check.ArtefactFile(c.route.Proxy.Process) && process.Runtime != deploy.InPod {
			continue
		}
		for _, v := range process.Volumes {
			if !same(v) || v.Target == "" {
				continue
			}
			there := c.placeIn(v, volume, rest)
			if there == "" {
				doubt = process.Artefact + " mounts a part of that folder alone"
				continue
			}
			f, reason, ok := c.inProcess(process, there, "nginx")
			switch {
			case f == nil && ok:
				return nil, reason, true
			case f != nil && process.Role != deploy.Other:
				inside, _ := c.root.Inside(c.p, process)
				missed = f
				missed.Related = append(missed.Related, check.Related{Message: "the volume in " + process.Artefact, At: v.At})
				missed.Message = fmt.Sprintf("nginx serves %s from %s, which is %s in %s, and collectstatic writes to %s there, so every style and script is a 404; make both one folder", c.route.Route.Pattern, c.folder, there, process.Artefact, inside)
			case f == nil:
				doubt = strings.TrimPrefix(reason, "nginx serves "+c.route.Route.Pattern+" from "+c.folder+", and whether Django collects into it is not known: ")
			default:
				doubt = process.Artefact + " has the volume, too, and what it writes there is not known"
			}
		}
	}
	switch {
	case doubt != "":
		return c.unclear(doubt)
	case missed != nil:
		return missed, "", true
	case volume.Kind == deploy.BindMount:
		return c.unclear("it is the host's folder " + volume.Source + ", and what fills it is not in the repository")
	}
	return c.nobodyFills(volume)
}

// placeIn is where a folder on nginx's volume stands in a process that mounts the same volume, or for a folder of the repository one around it;
// "" where the process has not all of it.
func (c comparison) placeIn(v, volume deploy.Volume, rest string) string {
	if v.Source == volume.Source {
		return path.Join(v.Target, rest)
	}
	folder := path.Join(volume.Path, rest) // of the tree
	switch {
	case v.Path == "." || v.Path == "":
		return path.Join(v.Target, folder)
	case within(folder, v.Path):
		return path.Join(v.Target, strings.TrimPrefix(folder, path.Clean(v.Path)))
	}
	return ""
}

// nobodyFills is the answer about a volume that nginx alone has.
func (c comparison) nobodyFills(volume deploy.Volume) (*check.Finding, string, bool) {
	web := check.Running(c.p, deploy.Web)
	if !slices.ContainsFunc(web, func(w *deploy.Process) bool {
		return check.ArtefactFile(w) == check.ArtefactFile(c.route.Proxy.Process)
	}) {
		return c.unclear("the process that collects into the volume " + volume.Source + " was not found")
	}
	return c.fault(fmt.Sprintf("nginx serves %s from %s on the volume %s, which no process of the project mounts, so nothing collects into it and every style and script is a 404; mount it where STATIC_ROOT is", c.route.Route.Pattern, c.folder, volume.Source))
}

// inImage compares where the image of nginx brings the files with it.
func (c comparison) inImage(container *deploy.Process) (*check.Finding, string, bool) {
	b := container.Built
	for _, st := range b.Target.Chain() {
		for _, step := range slices.Backward(st.Steps) {
			if step.Kind != deploy.CopyStep || !within(c.folder, step.Target) && !within(step.Target, c.folder) {
				continue
			}
			if step.From == "" {
				return c.unclear("the image of " + container.Artefact + " takes it from the folder of the build (" + strings.Join(step.Sources, ", ") + ")")
			}
			return c.fromStage(container, step)
		}
	}
	if _, mounted, whole := container.Mounted(c.folder); !mounted && !whole {
		return c.unclear("what " + container.Artefact + " mounts is not known in full")
	}
	if plainNginx(b) {
		return c.fault(fmt.Sprintf("nginx serves %s from %s, which no COPY of %s brings and the image of nginx lacks, so every style and script is a 404; name the folder that collectstatic's files are copied to", c.route.Route.Pattern, c.folder, b.Dockerfile.Path))
	}
	return c.unclear("no COPY of " + b.Dockerfile.Path + " brings it, and the image may have it from elsewhere")
}

// plainNginx reports whether an image is that of nginx and what COPY brings: nothing runs in its build.
func plainNginx(b *deploy.Build) bool {
	base, _ := b.Target.BaseImage()
	return isNginx(base.Name) && !slices.ContainsFunc(b.Target.Chain(), func(s *deploy.Stage) bool {
		return slices.ContainsFunc(s.Steps, func(step deploy.Step) bool { return step.Kind != deploy.CopyStep || step.Target == "" })
	})
}

// isNginx reports whether an image is the official one of nginx.
func isNginx(name string) bool {
	return name == "nginx" || name == "docker.io/nginx" || name == "docker.io/library/nginx"
}

// fromStage compares what COPY --from takes out of another stage of the Dockerfile with where that stage collects.
func (c comparison) fromStage(container *deploy.Process, step deploy.Step) (*check.Finding, string, bool) {
	b := container.Built
	i := slices.IndexFunc(b.Stages, func(s *deploy.Stage) bool { return s.Name != "" && s.Name == strings.ToLower(step.From) })
	if i < 0 || len(step.Sources) != 1 || !within(c.folder, step.Target) {
		return c.unclear("the image of " + container.Artefact + " takes it from " + step.From)
	}
	other := *b
	other.Target = b.Stages[i]
	stage := &deploy.Process{Artefact: "the stage " + step.From + " of " + b.Dockerfile.Path, Built: &other}
	there := path.Join("/", step.Sources[0], strings.TrimPrefix(c.folder, path.Clean(step.Target)))
	return c.inProcess(stage, there, "nginx")
}
