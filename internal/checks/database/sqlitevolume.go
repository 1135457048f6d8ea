package database

import (
	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
)

// keptOn is the volume of a web process on which the file of an SQLite database lies, and the process: it outlives the container then.
func keptOn(p *check.SourcePass, w *django.World, db django.Database) (deploy.Volume, *deploy.Process, bool) {
	name, known := db.Option("NAME").AsStr()
	if !known || name == "" || p.Project.Deployment == nil {
		return deploy.Volume{}, nil, false
	}
	for _, process := range check.Running(p, deploy.Web) {
		inside, ok := check.Folder{Path: name, File: where(w, db, "NAME").Path()}.Inside(p, process)
		if !ok {
			continue
		}
		if volume, mounted, _ := process.Mounted(inside); mounted && volume.Persistent() && !volume.ReadOnly && volume.Path != "." {
			return volume, process, true
		}
	}
	return deploy.Volume{}, nil, false
}
