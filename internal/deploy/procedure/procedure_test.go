package procedure

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/deploy/ci"
	"gonogo/internal/source"
)

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a script": {map[string]string{"deploy.sh": "#!/bin/sh\ngit pull\ndocker compose run --rm web python manage.py migrate\ndocker compose up -d --build web worker\n"},
			"deploy.sh: migrate, start Compose web worker"},
		"over ssh":          {map[string]string{"bin/deploy": "#!/bin/bash\nssh shop.example 'cd /srv/shop && ./manage.py migrate && sudo systemctl restart shop.service shop-worker'\n"}, "bin/deploy: migrate, start systemd shop shop-worker"},
		"all of Compose":    {map[string]string{"deploy.sh": "docker-compose -f production.yml up -d\ndocker-compose -f production.yml exec -T web python manage.py migrate --noinput\n"}, "deploy.sh: start Compose all, migrate"},
		"a script for docs": {map[string]string{"deploy-docs.sh": "#!/bin/sh\nsystemctl restart docs\n"}, ""},
		"Kubernetes": {map[string]string{"deploy.sh": "kubectl apply -k deploy/\nkubectl rollout restart deployment/web\nkubectl set image deployment/worker app=shop:2\nkubectl exec deploy/web -- python manage.py migrate\n"},
			"deploy.sh: start Kubernetes all, start Kubernetes web, start Kubernetes worker, migrate"},
		"a job over ssh": {map[string]string{".github/workflows/main.yml": "on: push\njobs:\n  ship:\n    steps:\n      - uses: appleboy/ssh-action@v1\n        with:\n          script: |\n            ./manage.py migrate\n            sudo supervisorctl restart all\n"},
			"the job ship of .github/workflows/main.yml: migrate, start supervisord all"},
		"a job that tests with containers": {map[string]string{".github/workflows/test.yml": "on: push\njobs:\n  test:\n    steps:\n      - run: docker compose up -d\n      - run: docker compose exec web python manage.py migrate\n"}, ""},
		"a job for a platform":             {map[string]string{".github/workflows/main.yml": "on: push\njobs:\n  ship:\n    steps:\n      - run: flyctl deploy --remote-only\n"}, "the job ship of .github/workflows/main.yml: start Fly.io all"},
		"a fabfile": {map[string]string{"fabfile.py": "from fabric import task\n\ndef restart(c):\n    c.sudo('systemctl restart gunicorn')\n\n@task\ndef deploy(c):\n    with c.cd('/srv'):\n        c.run(f'{PYTHON} manage.py migrate')\n        restart(c)\n"},
			"the function deploy of fabfile.py: migrate, start systemd gunicorn"},
		"a playbook": {map[string]string{"deploy/site.yml": "- hosts: web\n  tasks:\n    - name: code\n      git: {repo: x, dest: /srv}\n    - name: migrate\n      community.general.django_manage:\n        command: migrate\n      notify: restart\n  handlers:\n    - name: restart\n      ansible.builtin.systemd:\n        name: shop.service\n        state: restarted\n"},
			"deploy/site.yml: migrate, start systemd shop"},
		"a role": {map[string]string{"roles/shop/tasks/main.yml": "- name: migrate\n  django_manage: command=migrate app_path=/srv\n- name: worker\n  service: name=worker state=restarted\n", "roles/shop/handlers/main.yml": "- name: web\n  systemd: {name: web, state: restarted}\n"},
			"roles/shop/tasks/main.yml: migrate, start systemd worker, start systemd web"},
		"a check is no migration": {map[string]string{"deploy.sh": "python manage.py migrate --check\nsystemctl restart web\n"}, "deploy.sh: start systemd web"},
	} {
		files := map[string][]byte{"manage.py": nil}
		for p, text := range c.files {
			files[p] = []byte(text)
		}
		tree := source.FromMap(files)
		var got []string
		for _, x := range Read(tree, ci.Read(tree)) {
			var steps []string
			for _, s := range x.Steps {
				text := map[Kind]string{Migrate: "migrate", Start: "start", Stop: "stop"}[s.Kind]
				if s.Manager != "" {
					text += " " + s.Manager
				}
				if s.All {
					text += " all"
				} else if len(s.Targets) > 0 {
					text += " " + strings.Join(s.Targets, " ")
				}
				steps = append(steps, text)
			}
			got = append(got, fmt.Sprintf("%s: %s", x.Name, strings.Join(steps, ", ")))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("docker compose exec web sh -c 'python manage.py migrate && true'\nssh host <<EOF\nsystemctl restart web\nEOF\n")
	f.Add("docker run x sh -c ''\nkubectl exec\nheroku run\nfly ssh console -C\nservice x\n")
	f.Fuzz(func(t *testing.T, text string) {
		tree := source.FromMap(map[string][]byte{"deploy.sh": []byte(text), "fabfile.py": []byte("import fabric\n" + text), "site.yml": []byte("- hosts: all\n  tasks:\n  - name: x\n    systemd:\n      name: " + text)})
		Read(tree, ci.Read(tree))
	})
}
