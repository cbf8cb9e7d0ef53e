package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
)

// listItem is one entity in `list -o json`; its fields, in this order, are the CSV columns.
type listItem struct {
	Ref         string   `json:"ref"`
	Kind        string   `json:"kind"`
	Namespace   string   `json:"namespace"`
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Owner       string   `json:"owner"`
	Type        string   `json:"type"`
	Lifecycle   string   `json:"lifecycle"`
	Tags        []string `json:"tags"`
	Status      string   `json:"status"`
	AssetID     string   `json:"assetId"`
	Error       string   `json:"error"`
}

// columns are the fields of listItem as CSV.
func (i *listItem) columns() []string {
	return []string{i.Ref, i.Kind, i.Namespace, i.Name, i.Title, i.Description, i.Owner, i.Type, i.Lifecycle,
		strings.Join(i.Tags, " "), i.Status, i.AssetID, i.Error}
}

// listHeader names the CSV columns.
func listHeader() []string {
	return []string{"ref", "kind", "namespace", "name", "title", "description", "owner", "type", "lifecycle", "tags", "status", "assetId", "error"}
}

func (a *app) listCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "list [QUERY]",
		Short: "Print entities with their import status",
		Long: `Print the catalog's entities with their import status. QUERY is words that must all occur
in an entity's name, title, description, owner or tags.

Both servers are read anew; with --offline the cache is printed as it is.`,
		Example: "  conviso-importer list payment\n  conviso-importer list -o json | jq length",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSession(cmd.Context(), func(s *session) error {
				return a.list(cmd.Context(), s, catalog.ParseQuery(strings.Join(args, " ")), output)
			})
		},
	}
	outputFlag(cmd, &output, formatTable, formatJSON, formatCSV, formatName)
	return cmd
}

// list prints what could be read. A side that failed is said, and decides the exit code; a
// status that could not be read is unknown.
func (a *app) list(ctx context.Context, s *session, query catalog.Query, output string) error {
	snap, assets, readErr := a.readBoth(ctx, s)
	if snap == nil {
		return readErr
	}
	items, _, err := s.engine.Items(ctx)
	if err != nil {
		return errors.Join(readErr, err)
	}
	statuses := s.engine.Resolve(snap, assets, importer.ByRef(items))
	rows := snap.Search(query)
	snap.Sort(rows, catalog.ColumnName, false)
	list := make([]listItem, len(rows))
	surplus := doubled(snap, assets, statuses, items)
	for i, row := range rows {
		list[i] = newListItem(snap.At(row), statuses.At(row))
		if ids := surplus[list[i].AssetID]; list[i].Status == string(importer.Imported) && len(ids) > 0 {
			list[i].Error = fmt.Sprintf("%d assets of this name are on the platform (%s), more than were imported from here; look there whether one is too many",
				len(ids), strings.Join(ids[:min(len(ids), 5)], ", "))
		}
	}
	if err := a.printList(list, output); err != nil {
		return err
	}
	return readErr
}

// doubled finds names that have more assets than entities were imported under them, as when
// two people import the same at the same moment. It maps an imported entity's asset to the
// ids of all assets of its name. The queue knows of entities that the snapshot lacks: those of
// other kinds, and those that have left the catalog.
func doubled(snap *catalog.Snapshot, assets *conviso.AssetSet, statuses *importer.Statuses, items []importer.Item) map[string][]string {
	found := map[string][]string{}
	if assets == nil {
		return found
	}
	imported := map[string]map[string]bool{}
	count := func(state importer.State, id string) {
		if asset, ok := assets.ByID(id); ok && state == importer.Imported {
			key := conviso.NameKey(asset.Name)
			if imported[key] == nil {
				imported[key] = map[string]bool{}
			}
			imported[key][id] = true
		}
	}
	for row := range statuses.Len() {
		count(statuses.At(row).State, statuses.At(row).AssetID)
	}
	for i := range items {
		if _, listed := snap.Row(items[i].Ref); !listed {
			count(items[i].State, items[i].AssetID)
		}
	}
	for key, own := range imported {
		named := assets.Named(key)
		if len(named) <= len(own) {
			continue
		}
		var ids []string
		for _, asset := range named {
			ids = append(ids, asset.ID)
		}
		for id := range own {
			found[id] = ids
		}
	}
	return found
}

// readBoth reads the catalog and the platform's assets, or offline their cached copies. A
// partial catalog is returned with its error; assets are nil where they were not read whole.
func (a *app) readBoth(ctx context.Context, s *session) (*catalog.Snapshot, *conviso.AssetSet, error) {
	if a.offline {
		snap, assets := s.engine.Cached()
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
			got.set, err = s.engine.LoadAssets(ctx, nil)
			return err
		})
		assetCh <- got
	})
	snap, err := s.engine.ReadCatalog(ctx)
	got := <-assetCh
	return snap, got.set, errors.Join(err, got.err)
}

func newListItem(e catalog.Entity, status importer.Status) listItem {
	item := listItem{
		Ref: string(e.Ref), Kind: e.Kind, Namespace: e.Namespace, Name: e.Name, Title: e.Title, Description: e.Description,
		Owner: e.Owner, Type: e.Type, Lifecycle: e.Lifecycle, Tags: e.Tags,
		Status: string(status.State), AssetID: status.AssetID,
	}
	if item.Tags == nil {
		item.Tags = []string{}
	}
	switch status.State {
	case importer.Failed, importer.Retrying, importer.Clash, importer.Unknown:
		item.Error = status.Reason
	case importer.New, importer.Imported, importer.Queued, importer.Sending, importer.Accepted, importer.Skipped:
	}
	return item
}

func (a *app) printList(list []listItem, output string) error {
	switch output {
	case formatJSON:
		return a.printArray(list)
	case formatCSV:
		w := csv.NewWriter(a.out)
		_ = w.Write(listHeader())
		for i := range list {
			_ = w.Write(list[i].columns())
		}
		w.Flush()
		return w.Error()
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

// printArray prints what printJSON would print, entity by entity: the whole text of a large
// catalog would take more memory than the catalog.
func (a *app) printArray(list []listItem) error {
	w := bufio.NewWriter(a.out)
	for i := range list {
		doc, err := json.MarshalIndent(&list[i], "  ", "  ")
		if err != nil {
			return err
		}
		separator := ",\n  "
		if i == 0 {
			separator = "[\n  "
		}
		// A write that failed is kept and returned by Flush.
		_, _ = w.WriteString(separator)
		_, _ = w.Write(safetext.EscapeJSON(doc))
	}
	end := "\n]\n"
	if len(list) == 0 {
		end = "[]\n"
	}
	_, _ = w.WriteString(end)
	return w.Flush()
}
