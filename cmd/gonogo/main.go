// Command gonogo tells whether a Django project can be deployed to production.
package main

import (
	"os"

	"gonogo/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], cli.Process()))
}
