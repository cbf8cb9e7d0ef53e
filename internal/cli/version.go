package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"conviso-importer/internal/licenses"
)

// version is set by the linker.
var version = "0.1.0-dev"

type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func currentBuild() build {
	commit := buildSetting("vcs.revision")
	return build{Version: version, Commit: commit[:min(12, len(commit))], Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
}

// buildSetting returns a setting of the Go build, empty if unknown.
func buildSetting(key string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == key {
				return setting.Value
			}
		}
	}
	return ""
}

func userAgent() string { return "conviso-importer/" + version }

func (a *app) versionCommand() *cobra.Command {
	var output string
	var legal bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if legal {
				if cmd.Flags().Changed("output") {
					return usage("--licenses prints texts alone; leave out -o")
				}
				return a.printLicenses()
			}
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
	cmd.Flags().BoolVar(&legal, "licenses", false, "print the licences of this program and of everything that is linked into it")
	return cmd
}

func (a *app) printLicenses() error {
	text, err := licenses.Text()
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.out, a.toASCII(text))
	return err
}

// printJSON prints an indented JSON document that is safe on a terminal.
func (a *app) printJSON(v any) error {
	doc, err := encodeJSON(v)
	if err != nil {
		return err
	}
	_, err = a.out.Write(doc)
	return err
}
