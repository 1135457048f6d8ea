package project

import "gonogo/internal/python/eval"

// Stack names what the project was found to use, for people.
func (s *Snapshot) Stack() []string {
	features := []struct {
		feature Feature
		name    string
	}{
		{DRF, "Django REST framework"}, {Ninja, "django-ninja"}, {GraphQL, "GraphQL"}, {Channels, "Channels"},
		{Celery, "Celery"}, {RQ, "RQ"}, {Dramatiq, "Dramatiq"}, {Huey, "Huey"}, {DjangoQ, "Django Q"}, {Tasks, "Django Tasks"},
		{CORS, "CORS headers"},
	}
	var out []string
	for _, f := range features {
		if has, _ := s.Has(f.feature); has == eval.Yes {
			out = append(out, f.name)
		}
	}
	return out
}
