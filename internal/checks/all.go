// Package checks lists every check, section by section in the catalogue's order.
package checks

import (
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/checks/api"
	"gonogo/internal/checks/containers"
	"gonogo/internal/checks/database"
	"gonogo/internal/checks/delivery"
	"gonogo/internal/checks/environments"
	"gonogo/internal/checks/errors"
	"gonogo/internal/checks/hosts"
	"gonogo/internal/checks/https"
	"gonogo/internal/checks/mail"
	"gonogo/internal/checks/media"
	"gonogo/internal/checks/migrations"
	"gonogo/internal/checks/observability"
	"gonogo/internal/checks/performance"
	"gonogo/internal/checks/proxy"
	"gonogo/internal/checks/realtime"
	"gonogo/internal/checks/runbooks"
	"gonogo/internal/checks/secrets"
	"gonogo/internal/checks/security"
	"gonogo/internal/checks/server"
	"gonogo/internal/checks/static"
	"gonogo/internal/checks/tasks"
)

// All are all checks in the catalogue's order.
func All() []check.Check {
	return slices.Concat(
		environments.Checks(),
		secrets.Checks(),
		errors.Checks(),
		hosts.Checks(),
		https.Checks(),
		mail.Checks(),
		static.Checks(),
		media.Checks(),
		database.Checks(),
		migrations.Checks(),
		tasks.Checks(),
		realtime.Checks(),
		observability.Checks(),
		security.Checks(),
		api.Checks(),
		performance.Checks(),
		server.Checks(),
		proxy.Checks(),
		containers.Checks(),
		delivery.Checks(),
		runbooks.Checks(),
	)
}
