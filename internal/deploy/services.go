package deploy

import (
	"cmp"
	"slices"
	"strings"

	"gonogo/internal/source"
)

// ServiceKind is what a service beside the application does.
type ServiceKind uint8

const (
	Database ServiceKind = iota + 1
	Cache                // also a broker where Celery uses it: Redis, Valkey, Memcached
	Broker               // RabbitMQ, Kafka
	Storage              // objects: MinIO and its like
	Search
	MailServer
	Pooler // between the application and its database
	Proxying
	Monitoring
)

// String is the kind in a word.
func (k ServiceKind) String() string {
	switch k {
	case Database:
		return "database"
	case Cache:
		return "cache"
	case Broker:
		return "broker"
	case Storage:
		return "storage"
	case Search:
		return "search"
	case MailServer:
		return "mail"
	case Pooler:
		return "pooler"
	case Proxying:
		return "proxy"
	case Monitoring:
		return "monitoring"
	}
	return "service"
}

// Service is a database, cache, broker or the like that the deployment runs or asks a platform for.
type Service struct {
	Name    string
	Kind    ServiceKind
	Product string       // "postgresql", "redis", "rabbitmq", "minio", ...
	Version Told[string] // as far as the tag of its image, or the platform's file, tells: "16", "7.2"
	// Process is the container that it runs in, nil for one that a platform runs.
	Process    *Process
	Managed    string   // the platform that runs it, "" for none
	Hosts      []string // the names by which the application reaches it
	Artefact   string
	At         source.Span
	Production bool
	Reason     string
}

// Published are the ports of the service that can be reached from outside.
func (s *Service) Published() []Port {
	if s.Process == nil {
		return nil
	}
	return s.Process.Publishes()
}

// DataVolume is the volume that keeps what the service stores; ok is false when nothing does, or a platform runs it.
func (s *Service) DataVolume() (v Volume, ok bool) {
	if s.Process == nil {
		return Volume{}, false
	}
	for _, v := range s.Process.Volumes {
		if v.Persistent() && !strings.HasPrefix(v.Target, "/docker-entrypoint") && !strings.HasSuffix(v.Target, ".conf") && !strings.HasPrefix(v.Target, "/etc/") {
			return v, true
		}
	}
	return Volume{}, false
}

// productOf tells what service an image is, by its name.
func productOf(image string) (product string, kind ServiceKind) {
	name := strings.ToLower(ParseImage(image).Base())
	for _, p := range products() {
		for _, known := range p.images {
			if name == known {
				return p.product, p.kind
			}
		}
	}
	return "", 0
}

// product is a service with the images that it is known by.
type product struct {
	product string
	kind    ServiceKind
	images  []string
}

// products are the services that stand beside Django projects, by the names of their images on Docker Hub and the registries of their makers.
func products() []product {
	return []product{
		{"pgbouncer", Pooler, []string{"pgbouncer"}},
		{"pgpool", Pooler, []string{"pgpool"}},
		{"postgresql", Database, []string{"postgres", "postgresql", "postgresql-repmgr", "postgis", "timescaledb", "timescaledb-ha", "postgres-ha", "spilo", "pgvector", "alloydb", "cloudnative-pg"}},
		{"mysql", Database, []string{"mysql", "percona"}},
		{"mariadb", Database, []string{"mariadb"}},
		{"mongodb", Database, []string{"mongo", "mongodb"}},
		{"redis", Cache, []string{"redis", "redis-stack", "redis-stack-server"}},
		{"valkey", Cache, []string{"valkey"}},
		{"keydb", Cache, []string{"keydb"}},
		{"dragonfly", Cache, []string{"dragonfly"}},
		{"memcached", Cache, []string{"memcached"}},
		{"rabbitmq", Broker, []string{"rabbitmq"}},
		{"kafka", Broker, []string{"kafka", "cp-kafka", "redpanda"}},
		{"nats", Broker, []string{"nats"}},
		{"minio", Storage, []string{"minio"}},
		{"elasticsearch", Search, []string{"elasticsearch"}},
		{"opensearch", Search, []string{"opensearch"}},
		{"meilisearch", Search, []string{"meilisearch"}},
		{"solr", Search, []string{"solr"}},
		{"typesense", Search, []string{"typesense"}},
		{"mailserver", MailServer, []string{"mailhog", "mailpit", "mailcatcher", "docker-mailserver", "postfix", "exim-relay", "maildev"}},
		{"nginx", Proxying, []string{"nginx", "nginx-unprivileged", "openresty", "nginx-proxy"}},
		{"caddy", Proxying, []string{"caddy"}},
		{"traefik", Proxying, []string{"traefik"}},
		{"haproxy", Proxying, []string{"haproxy"}},
		{"httpd", Proxying, []string{"httpd"}},
		{"envoy", Proxying, []string{"envoy"}},
		{"flower", Monitoring, []string{"flower"}},
		{"prometheus", Monitoring, []string{"prometheus"}},
		{"grafana", Monitoring, []string{"grafana", "loki", "promtail"}},
	}
}

// servicesOf are the services among the processes, and those that platforms run, by place.
func servicesOf(processes []*Process, managed []*Service) []*Service {
	var all []*Service
	for _, p := range processes {
		if p.Role != Other {
			continue
		}
		image := ParseImage(p.Image)
		if p.Built != nil {
			image, _ = p.Built.Target.BaseImage()
		}
		product, kind := productOf(image.Written)
		if kind == 0 || isErrand(p) {
			continue
		}
		all = append(all, &Service{
			Name: p.Name, Kind: kind, Product: product, Version: versionOfImage(p, image), Process: p, Hosts: p.Names,
			Artefact: p.Artefact, At: p.At, Production: p.Production, Reason: p.Reason,
		})
	}
	all = append(all, managed...)
	slices.SortStableFunc(all, func(a, b *Service) int {
		if c := strings.Compare(a.At.Path(), b.At.Path()); c != 0 {
			return c
		}
		return cmp.Compare(a.At.Start, b.At.Start)
	})
	return all
}

// isErrand reports whether a process in a service's image does something else than serve: a backup, a dump.
func isErrand(p *Process) bool {
	texts := words(p.Name)
	for _, c := range p.Commands {
		texts = append(texts, words(strings.Join(c.Argv, " "))...)
	}
	return slices.ContainsFunc(texts, func(w string) bool {
		return w == "backup" || w == "backups" || w == "dump" || w == "restore" || w == "exporter" || strings.HasPrefix(w, "pg_dump")
	})
}

// settleManaged says whether the services of platforms are production's: their file's name tells.
func (r *reader) settleManaged() []*Service {
	for _, s := range r.managed {
		j := byName(s.At.Path())
		s.Production, s.Reason = j.usage == production || j.usage == neutral, j.reason
	}
	return r.managed
}

// versionOfImage is the version that the tag of a service's image begins with.
func versionOfImage(p *Process, image Image) Told[string] {
	at := firstSpan(p.ImageAt, p.At)
	if p.Built != nil {
		_, at = p.Built.Target.BaseImage()
	}
	version := strings.TrimPrefix(image.Tag, "v")
	end := strings.IndexFunc(version, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end >= 0 {
		version = version[:end]
	}
	if version = strings.TrimSuffix(version, "."); version == "" {
		return unread[string](image.Tag, at)
	}
	return said(version, at)
}
