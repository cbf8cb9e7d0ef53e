package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/safego"
)

func (a *app) listCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "list [QUERY]",
		Short: "Print entities with their import status",
		Long: `Print the catalog's entities with their import status.

Both servers are read anew; with --offline the cache is printed as it is.

` + queryHelp(),
		Example: "  conviso-importer list payment\n  conviso-importer list 'owner:team-pay !lifecycle:deprecated status:new'\n  conviso-importer list -o json | jq length",
		RunE: func(cmd *cobra.Command, args []string) error {
			query, err := commandQuery(strings.Join(args, " "))
			if err != nil {
				return err
			}
			return a.withSession(cmd.Context(), func(s *session) error { return a.list(cmd.Context(), s, query, output) })
		},
	}
	outputFlag(cmd, &output, formatTable, formatJSON, formatCSV, formatName)
	return cmd
}

// list prints what could be read. A side that failed is said, and decides the exit code; a
// status that could not be read is unknown.
func (a *app) list(ctx context.Context, s *session, query catalog.Query, output string) error {
	a.sayProblems(query)
	snap, assets, readErr := a.readBoth(ctx, s)
	if snap == nil {
		return readErr
	}
	items, _, err := s.engine.Items(ctx)
	if err != nil {
		return errors.Join(readErr, err)
	}
	statuses := s.engine.Resolve(snap, assets, importer.ByRef(items))
	rows := snap.SearchWith(query, statuses.Facts(nil))
	snap.Sort(rows, catalog.ColumnName, false)
	list := printout.Of(printout.Picture{Snap: snap, Assets: assets, Statuses: statuses, Items: slices.Values(items)}, rows)
	if err := a.printList(list, output); err != nil {
		return err
	}
	return readErr
}

// readBoth reads the catalog and the platform's assets, or offline their cached copies. A
// partial catalog is returned with its error; assets are nil where they were not read whole.
func (a *app) readBoth(ctx context.Context, s *session) (*catalog.Snapshot, *conviso.AssetSet, error) {
	if a.offline {
		snap, assets := s.engine.Cached(ctx)
		if snap == nil {
			return nil, nil, &exitError{code: exitUnavailable, err: errors.New("nothing is cached for this catalog; run once without --offline")}
		}
		return snap, assets, nil
	}
	type assetRead struct {
		set *conviso.AssetSet
		err error
	}
	assetCh := make(chan assetRead, 1)
	safego.Go(ctx, func() {
		var got assetRead
		got.err = safego.Call(ctx, func() (err error) {
			got.set, err = s.engine.RefreshAssets(ctx, nil)
			return err
		})
		assetCh <- got
	})
	snap, err := s.engine.ReadCatalog(ctx)
	got := <-assetCh
	return snap, got.set, errors.Join(err, got.err)
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
			// A write that failed is kept and returned by Flush.
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
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.cell(list[i].Ref), a.cell(list[i].Owner), a.cell(list[i].Type), a.cell(list[i].Lifecycle), a.plainly(status))
	}
	return w.Flush()
}

// cell is a value that other rows' columns are aligned to: one of 64 KiB would widen them
// all. Whole values are in the other formats.
func (a *app) cell(text string) string {
	const most = 200
	return ansi.Truncate(text, most, a.plainly("…"))
}
