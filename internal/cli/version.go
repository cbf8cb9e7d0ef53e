package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set when a release is linked.
var version = "0.1.0-dev"

// build says what was built.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func currentBuild() build {
	b := build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				b.Commit = setting.Value[:min(12, len(setting.Value))]
			}
		}
	}
	return b
}

// userAgent names the program to both servers.
func userAgent() string { return "conviso-importer/" + version }

func (a *app) versionCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := currentBuild()
			if output == formatJSON {
				return a.printJSON(b)
			}
			text := "conviso-importer " + b.Version
			if b.Commit != "" {
				text += " (" + b.Commit + ")"
			}
			_, err := fmt.Fprintf(a.out, "%s %s %s\n", text, b.Go, b.Platform)
			return err
		},
	}
	outputFlag(cmd, &output, formatTable, formatJSON)
	return cmd
}

// printJSON prints one JSON document, indented, with nothing in it that a terminal obeys.
func (a *app) printJSON(v any) error {
	doc, err := encodeJSON(v)
	if err != nil {
		return err
	}
	_, err = a.out.Write(doc)
	return err
}
