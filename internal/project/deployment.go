package project

import (
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

// readDeployment is what runs the project. Its parts are never nil.
func readDeployment(tree *source.Tree) *deploy.Deployment {
	return &deploy.Deployment{Dependencies: &deploy.Dependencies{}}
}
