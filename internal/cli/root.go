package cli

import (
	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/internal/config"
	"conviso-importer/internal/openfiles"
)

const aboutProgram = `conviso-importer shows the entities of a Backstage catalog with their import status on
Conviso Platform, in a table that you search, mark and import from. The same engine works
for scripts and cron: list, import, resume, queue and refresh.

Without configuration it offers a demo. To use your own systems set BACKSTAGE_URL,
BACKSTAGE_TOKEN and CONVISO_API_KEY.`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "conviso-importer",
		Short: "Import Backstage catalog entities into Conviso Platform",
		Long: aboutProgram + `

In the table ? explains the keys of every screen. "conviso-importer man" prints the manual.

` + exitWords(),
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.runTable(cmd.Context()) },
	}
	root.SetOut(a.out)
	root.SetErr(a.err)
	a.terminalFlags(root)
	flags := root.PersistentFlags()
	flags.StringArrayVar(&a.files, "config", nil, "read this app-config.yaml `FILE`; may be repeated, later files win")
	flags.StringVar(&a.company, "company", "", "the company's `ID` on Conviso Platform")
	flags.StringArrayVar(&a.kinds, "kind", []string{catalog.DefaultKind}, "entities of this `KIND`; may be repeated")
	flags.BoolVar(&a.offline, "offline", false, "work from the cache alone and ask no server")
	flags.BoolVar(&a.readOnly, "read-only", false, "change nothing on the platform")
	flags.BoolVar(&a.noColor, "no-color", false, "use no colour; NO_COLOR does the same")
	flags.BoolVar(&a.mouse, "mouse", false, "let the mouse move, mark, sort and scroll in the table; shift then selects text")
	flags.IntVar(&a.rows, "rows", 0, "show at most `N` rows a page in the table; 0 fits the window")
	root.AddCommand(a.demoCommand(), a.listCommand(), a.importCommand(), a.resumeCommand(), a.queueCommand(), a.refreshCommand(), a.versionCommand(), a.manCommand())
	root.AddCommand(a.faultCommands()...)
	completions(root)
	a.configured = root
	return root
}

func (a *app) load() (*config.Config, error) {
	if err := enoughFiles(); err != nil {
		return nil, err
	}
	o := config.Options{Files: a.files, Flags: config.Flags{CompanyID: a.company}}
	flags := a.configured.PersistentFlags()
	if flags.Changed("read-only") {
		o.Flags.ReadOnly = &a.readOnly
	}
	if flags.Changed("no-color") {
		o.Flags.NoColor = &a.noColor
	}
	c, err := config.Load(o)
	if err != nil {
		return nil, err
	}
	a.end.Hide(c.Backstage.Token, c.Conviso.Key)
	for _, warning := range c.Warnings {
		a.notef("warning: %s", warning)
	}
	return c, nil
}

func enoughFiles() error {
	if err := openfiles.Check(openfiles.Work); err != nil {
		return &exitError{code: exitUsage, err: err}
	}
	return nil
}
