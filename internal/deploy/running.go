package deploy

import (
	"time"

	"gonogo/internal/source"
)

// This file holds how a process is run: what starts it again, as whom, with how much, and how it is reached.

// Runtime is what runs a process.
type Runtime uint8

const (
	InImage      Runtime = iota + 1 // a container, started by something outside of the repository: a Dockerfile alone
	InContainer                     // a container that Compose or Swarm starts
	InPod                           // a container that Kubernetes starts
	AsUnit                          // a unit of systemd
	AsProgram                       // a program of supervisord
	AsS6Service                     // a service of s6-overlay, inside a container
	OnPlatform                      // a process of a hosting platform
	FromProcfile                    // a line of a Procfile: a platform's, or honcho's
	ByCron                          // a job of a crontab of a machine
)

// RestartPolicy is when a process that ended is started again.
type RestartPolicy uint8

const (
	RestartNever     RestartPolicy = iota + 1
	RestartOnFailure               // when it ends with an error
	RestartAlways                  // whenever it ends, unless somebody stopped it
)

// Restart is what starts a process again when it ends. The zero value says that nothing in the files tells.
type Restart struct {
	Policy  RestartPolicy
	By      string      // who does it: "Docker", "Kubernetes", "systemd", "supervisord", "Heroku"
	Written string      // what stands there when it can't be read, and Policy is 0
	At      source.Span // zero for what holds by default
}

// Port is one port of a process.
type Port struct {
	Name      string
	Container Told[int] // the port that the process listens on
	Protocol  string    // "tcp", "udp"
	// Published says that it can be reached from outside of the network that the processes of the artefact share.
	Published bool
	Host      Told[int]    // the port under which it is published; not said for one that the runtime picks
	Address   Told[string] // the address of the host that it is published on; not said for all of them
	Through   string       // what publishes it where that is another object: "Service web (LoadBalancer)", "Ingress web"
	At        source.Span
}

// Loopback reports whether a published port can only be reached from the host itself.
func (p Port) Loopback() bool {
	return p.Address.Known && (p.Address.Value == "127.0.0.1" || p.Address.Value == "::1" || p.Address.Value == "localhost")
}

// Resources are what a process may use and is promised. Memory in bytes, processors in cores.
type Resources struct {
	MemoryLimit, MemoryRequest Told[int64]
	CPULimit, CPURequest       Told[float64]
}

// VolumeKind is what is mounted.
type VolumeKind uint8

const (
	BindMount       VolumeKind = iota + 1 // a path of the host
	NamedVolume                           // a volume with a name, or a claim: it outlives the container
	AnonymousVolume                       // a volume without a name: its content is lost with the container
	MemoryVolume                          // tmpfs, emptyDir
	ConfigVolume                          // a ConfigMap or a config of Compose
	SecretVolume                          // a Secret or a secret of Compose
)

// Volume is something that is mounted into a process's file system.
type Volume struct {
	Kind     VolumeKind
	Source   string // the path of the host as written, or the name of the volume; "" for none
	Path     string // the path in the tree that a BindMount of the repository's folder shows, or ""
	Target   string // where it stands in the process
	ReadOnly bool
	At       source.Span
}

// Persistent reports whether what is written there is still there when the process is made anew.
func (v Volume) Persistent() bool { return v.Kind == BindMount || v.Kind == NamedVolume }

// Logging is where the runtime puts what the process writes.
type Logging struct {
	Driver  Told[string] // "json-file", "journald", "awslogs"; systemd's and supervisord's targets
	Options []Variable   // "max-size" and so on, by the driver's names
	At      source.Span
}

// Option is a logging option by its name.
func (l Logging) Option(name string) (Variable, bool) {
	for i := len(l.Options) - 1; i >= 0; i-- {
		if l.Options[i].Name == name {
			return l.Options[i], true
		}
	}
	return Variable{}, false
}

// Running is how a process is run. What no file says is the zero value.
type Running struct {
	Runtime   Runtime
	Ports     []Port
	Probes    []Probe
	Resources Resources
	Restart   Restart
	// User is who the process starts as: a name or number, with ":group" where it is written so.
	User Told[string]
	// Directory is the folder in which the process starts, as the artefact says (WorkingDirectory of systemd, directory of supervisord,
	// working_dir of Compose, workingDir of Kubernetes); not said where that is the image's.
	Directory Told[string]
	// NonRoot says that the runtime refuses to start the process as root (Kubernetes' runAsNonRoot).
	NonRoot    Told[bool]
	Privileged Told[bool]
	Replicas   Told[int]
	// Recreated says that all of the old release ends before the new one starts; false that both run for a while.
	Recreated  Told[bool]
	Volumes    []Volume
	StopGrace  Told[time.Duration] // how long the runtime waits between asking a process to stop and killing it
	StopSignal Told[string]
	Logging    Logging
	Names      []string // the host names by which others of the artefact reach it
	DependsOn  []Dependency
	Labels     []Variable
	HostNet    Told[bool]   // it shares the network of its host
	Schedule   Told[string] // when it is started, as the clock that starts it writes it: "0 3 * * *", "@daily", "Mon *-*-* 03:00"
}

// Dependency is a process that another one waits for.
type Dependency struct {
	Name      string
	Condition string // "service_started", "service_healthy", "service_completed_successfully"
	At        source.Span
}

// Publishes are the ports that can be reached from outside.
func (p *Process) Publishes() []Port {
	var out []Port
	for _, port := range p.Ports {
		if port.Published {
			out = append(out, port)
		}
	}
	return out
}

// Probe is the process's probe of a kind.
func (p *Process) Probe(kind ProbeKind) (Probe, bool) {
	for _, probe := range p.Probes {
		if probe.Kind == kind && !probe.Disabled {
			return probe, true
		}
	}
	return Probe{}, false
}
