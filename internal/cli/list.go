package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/text"
	"conviso-importer/internal/workspace"
)

func (a *app) listCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "list [QUERY]",
		Short: "Print entities with their import status",
		Long: `Print the catalog's entities with their import status.

What was read within CONVISO_CACHE_TTL (24h) is taken from the cache, and older lists are read
again first; refresh reads them at once. With --offline the cache is printed as it is.

` + queryHelp(),
		Example: "  conviso-importer list payment\n  conviso-importer list 'owner:team-pay !lifecycle:deprecated status:new'\n  conviso-importer list -o json | jq length",
		RunE: func(cmd *cobra.Command, args []string) error {
			query, err := commandQuery(strings.Join(args, " "), a.kinds)
			if err != nil {
				return err
			}
			return a.withRecall(cmd.Context(), workspace.RecallAndSay, func(w *workspace.Workspace) error { return a.list(cmd.Context(), w, query, output) })
		},
	}
	outputFlag(cmd, &output, formatTable, formatJSON, formatCSV, formatName)
	return cmd
}

// list prints what could be read, and still returns the error of a side that failed.
func (a *app) list(ctx context.Context, w *workspace.Workspace, query catalog.Query, output string) error {
	a.noteCopied(ctx, w)
	view, readErr := w.Engine.Read(ctx, importer.ReadOptions{MaxAge: w.Config.CacheTTL})
	if view == nil {
		return howToAccept(readErr)
	}
	a.noteAge(view)
	a.noteShrunk(view.Shrunk)
	a.noteOthers(view)
	rows := view.Rows(query)
	view.Catalog.Sort(rows, catalog.ColumnName, false)
	if err := a.printList(printout.Of(view, rows), output); err != nil {
		return err
	}
	return errors.Join(howToAccept(readErr), view.Moved())
}

// notedAge is the age from which noteAge reports that a list came from the cache.
const notedAge = time.Minute

func (a *app) noteAge(view *importer.View) {
	oldest := view.Catalog.ReadAt
	if view.Assets != nil && view.Assets.ReadAt.Before(oldest) {
		oldest = view.Assets.ReadAt
	}
	if age := time.Since(oldest); age >= notedAge && !a.offline {
		a.notef("the lists were read %s ago; conviso-importer refresh reads them again", text.Interval(age.Truncate(time.Minute)))
	}
}

// noteOthers reports what a catalog sent that was not asked for.
func (a *app) noteOthers(view *importer.View) {
	if words := view.OthersWords(); words != "" {
		a.notef("%s", words)
	}
}

func (a *app) printList(list []printout.Item, output string) error {
	switch output {
	case formatJSON:
		return printout.WriteJSON(a.out, list)
	case formatCSV:
		return printout.WriteCSV(a.out, list)
	case formatName:
		w := bufio.NewWriter(a.out)
		for i := range list {
			// Flush returns the error.
			_, _ = fmt.Fprintln(w, list[i].Ref)
		}
		return w.Flush()
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if out, ok := a.out.(*os.File); ok && isTerminal(out) {
		_, _ = fmt.Fprintln(w, "REF\tOWNER\tTYPE\tLIFECYCLE\tSTATUS")
	}
	for i := range list {
		status := list[i].Status
		if list[i].Error != "" {
			status += ": " + list[i].Error
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.cell(list[i].Ref), a.cell(list[i].Owner), a.cell(list[i].Type), a.cell(list[i].Lifecycle), a.toASCII(status))
	}
	return w.Flush()
}

// cell truncates a value, since one of 64 KiB would widen its column for all rows.
func (a *app) cell(text string) string {
	const most = 200
	return ansi.Truncate(text, most, a.toASCII("…"))
}
