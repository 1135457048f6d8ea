package deploy

// inImage gives a process what the image that it runs in says: variables, command, ports, user, health check, volumes.
// It is called before the artefact's own statements, which win.
func (r *reader) inImage(p *Process, b *Build, find *scripts) {
	if b == nil {
		return
	}
	st := b.Target
	find.stage, find.context = st, b.Context
	p.Build, p.Built = b.Dockerfile.Path, b
	p.Env = append(p.Env, st.environ()...)
	p.Argv, p.argvAt = st.argv()
	p.User, p.StopSignal = st.User, st.StopSignal
	for _, s := range st.Chain() {
		p.Ports = append(p.Ports, s.Ports...)
		p.Volumes = append(p.Volumes, s.Volumes...)
	}
	if st.Health != nil {
		health := *st.Health
		if len(health.Commands) == 1 && !health.Disabled {
			argv := health.Commands[0].Argv
			health.Commands = checkCommand(argv, health.At, p.Env, find)
			health.Request = httpCommand(health.Commands)
			if health.Request == nil {
				health.Request = pythonRequest(argv, health.At)
			}
		}
		p.Probes = append(p.Probes, health)
	}
}

// entryPoint is the image's entry point alone, nil for none and for the shell form, which takes no command.
func (b *Build) entryPoint() []string {
	if b == nil || b.Target.entrypoint == nil || b.Target.entrypoint.shell {
		return nil
	}
	return append([]string(nil), b.Target.entrypoint.argv...)
}
