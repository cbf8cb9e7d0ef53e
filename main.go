// Command conviso-importer picks entities of a Backstage catalog and imports them into
// Conviso Platform as security assets, in a terminal or from scripts.
package main

import (
	"context"
	"os"

	"conviso-importer/internal/cli"
	"conviso-importer/internal/host"
	_ "conviso-importer/internal/termguard" // must be initialised before Bubble Tea
)

func main() {
	process := host.Process{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Exit: os.Exit}
	os.Exit(cli.Main(context.Background(), process, os.Args[1:]))
}
