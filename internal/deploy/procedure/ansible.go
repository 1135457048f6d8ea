package procedure

import (
	"bytes"
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// playbooks are Ansible's playbooks and the task files of roles (https://docs.ansible.com/ansible/latest/collections/index_module.html).
// Handlers run when the tasks of a play are done.
func (r *reader) playbooks() (all []*Procedure) {
	for _, name := range r.tree.Paths() {
		if ext := path.Ext(name); ext != ".yml" && ext != ".yaml" || strings.HasPrefix(name, ".github/") || strings.Contains(name, "/handlers/") || len(all) >= maxFiles {
			continue
		}
		f, ok := r.tree.Read(name)
		if !ok || !looksLikeTasks(f.Data) {
			continue
		}
		docs, diagnostics := document.YAML(f)
		if len(docs) == 0 || len(diagnostics) > 0 {
			continue
		}
		x := &Procedure{Name: name, At: f.Whole()}
		handlers := r.handlersBeside(name)
		for _, item := range docs[0].List() {
			if !item.IsMap() {
				continue
			}
			if item.Get("hosts") == nil {
				r.task(x, item)
				continue
			}
			for _, part := range []string{"pre_tasks", "tasks", "post_tasks"} {
				r.tasks(x, item.Get(part), 0)
			}
			if item.Get("roles") != nil && x.Doubt == "" {
				x.Doubt = "its roles have tasks of their own"
			}
			r.tasks(x, item.Get("handlers"), 0)
		}
		if len(x.Steps) > 0 && handlers != nil {
			r.tasks(x, handlers, 0)
		}
		all = append(all, x)
	}
	return all
}

// looksLikeTasks looks for the modules that are read, before the file is parsed.
func looksLikeTasks(data []byte) bool {
	if bytes.Contains(data, []byte("apiVersion:")) || !bytes.Contains(data, []byte("name:")) {
		return false
	}
	for _, word := range []string{"django_manage", "systemd:", "service:", "supervisorctl:", "docker_compose"} {
		if bytes.Contains(data, []byte(word)) {
			return bytes.Contains(data, []byte("hosts:")) || bytes.Contains(data, []byte("- name:"))
		}
	}
	return false
}

// handlersBeside are the handlers of the role whose tasks a file holds.
func (r *reader) handlersBeside(name string) *document.Node {
	if path.Base(path.Dir(name)) != "tasks" {
		return nil
	}
	f, ok := r.tree.Read(path.Join(path.Dir(path.Dir(name)), "handlers", "main.yml"))
	if !ok {
		return nil
	}
	docs, diagnostics := document.YAML(f)
	if len(docs) == 0 || len(diagnostics) > 0 {
		return nil
	}
	return docs[0]
}

func (r *reader) tasks(x *Procedure, list *document.Node, depth int) {
	for _, t := range list.List() {
		if block := t.Get("block"); block != nil && depth < 10 {
			r.tasks(x, block, depth+1)
			continue
		}
		r.task(x, t)
	}
}

// task reads one task by its module.
func (r *reader) task(x *Procedure, t *document.Node) {
	for _, e := range t.Map() {
		module := e.Key[strings.LastIndexByte(e.Key, '.')+1:]
		at := e.KeyAt
		conditional := t.Get("when") != nil
		switch module {
		case "systemd", "systemd_service", "service", "supervisorctl":
			r.service(x, module, e.Value, at, conditional)
		case "django_manage":
			if strings.HasPrefix(e.Value.Get("command").Scalar(), "migrate") || strings.Contains(e.Value.Scalar(), "command=migrate") {
				x.Steps = append(x.Steps, Step{Kind: Migrate, At: at, Conditional: conditional})
			}
		case "docker_compose", "docker_compose_v2":
			if state := e.Value.Get("state").Scalar(); state == "absent" || state == "stopped" {
				x.Steps = append(x.Steps, Step{Kind: Stop, All: true, Manager: "Compose", At: at})
				continue
			}
			services := e.Value.Get("services").Strings()
			x.Steps = append(x.Steps, Step{Kind: Start, All: len(services) == 0, Targets: services, Manager: "Compose", At: at, Conditional: conditional})
		case "command", "shell", "raw", "script":
			text, ok := e.Value.Str()
			if !ok {
				text = e.Value.Get("cmd").Scalar()
			}
			for _, c := range r.follow.Text(strings.NewReplacer("{{", "$X", "}}", "").Replace(text), ".", e.Value.Span()) {
				c.Conditional = c.Conditional || conditional
				x.add(c)
			}
		}
	}
}

// service reads a module that starts and stops services by name.
func (r *reader) service(x *Procedure, module string, n *document.Node, at source.Span, conditional bool) {
	state, name := n.Get("state").Scalar(), n.Get("name").Scalar()
	if text, ok := n.Str(); ok {
		for _, pair := range strings.Fields(text) {
			key, value, _ := strings.Cut(pair, "=")
			switch key {
			case "name":
				name = value
			case "state":
				state = value
			}
		}
	}
	manager := "systemd"
	if module == "supervisorctl" {
		manager = "supervisord"
	}
	s := Step{Kind: Start, Targets: []string{unit(name)}, Manager: manager, At: at, Conditional: conditional}
	switch state {
	case "restarted", "reloaded", "started":
	case "stopped":
		s.Kind = Stop
	default:
		return
	}
	x.Steps = append(x.Steps, s)
}
