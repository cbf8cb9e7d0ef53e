package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/text"
	"conviso-importer/internal/workspace"
)

// maxPlanFile is in bytes; a plan of 100,000 projects takes about 60 MB.
const maxPlanFile = 256 << 20

type importOptions struct {
	query   string
	allNew  bool
	plan    string
	dryRun  bool
	noWait  bool
	timeout time.Duration
	output  string
	accept  bool // lists that shrank
	adopt   bool // a copied queue
}

func (a *app) importCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import [REF…]",
		Short: "Import entities and wait until each is seen on the platform",
		Long: `Import the named entities, those that match --query, all that are new, or exactly those of
a plan file. What an import would send is printed by --dry-run; with -o json that is a plan
file for --plan.

Entities are put into a queue on disk first, so that an interrupted import is finished by
"conviso-importer resume". An entity counts as imported when its asset was read back from
the platform.

` + queryHelp(),
		Example: "  conviso-importer import component:default/payments\n  conviso-importer import --query owner:team-pay --dry-run\n  conviso-importer import --query status:failed\n  conviso-importer import --all-new -o json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(args, a.kinds); err != nil {
				return err
			}
			return a.withWorkspace(cmd.Context(), func(w *workspace.Workspace) error { return a.runImport(cmd.Context(), w, o, args) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.query, "query", "", "import the entities that this `QUERY` means")
	flags.BoolVar(&o.allNew, "all-new", false, "import everything that is new")
	flags.StringVar(&o.plan, "plan", "", "import exactly what this plan `FILE` holds; - is standard input")
	acceptShrunkFlag(cmd, &o.accept)
	adoptFlag(cmd, &o.adopt)
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would be sent and send nothing")
	waitFlags(cmd, &o)
	return cmd
}

func waitFlags(cmd *cobra.Command, o *importOptions) {
	cmd.Flags().BoolVar(&o.noWait, "no-wait", false, "return when the platform has taken the entities, before they are read back")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 15*time.Minute, "wait at most this `TIME`, such as 15m; the rest stays in the queue")
	outputFlag(cmd, &o.output, formatTable, formatJSON)
}

func (o *importOptions) check(refs, kinds []string) error {
	ways := 0
	for _, given := range []bool{len(refs) > 0, o.query != "", o.allNew, o.plan != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return usage("nothing to import is named; give entity references, --query, --all-new or --plan")
	case ways > 1:
		return usage("references, --query, --all-new and --plan exclude each other; give one of them")
	case o.timeout <= 0:
		return usage("--timeout must be more than 0, such as 15m")
	case o.query != "":
		_, err := importQuery(o.query, kinds)
		return err
	}
	return nil
}

func (a *app) runImport(ctx context.Context, w *workspace.Workspace, o importOptions, args []string) error {
	job := importer.NewJob(time.Now())
	if o.dryRun {
		a.noteCopied(ctx, w)
	} else {
		if err := needQueue(w); err != nil {
			return err
		}
		if err := a.atHome(ctx, w, o.adopt); err != nil {
			return err
		}
	}
	plan, err := a.planFor(ctx, w, o, args)
	if err != nil {
		return howToAccept(err)
	}
	if o.dryRun {
		return a.printPlan(plan, o.output)
	}
	a.describe(w, plan)
	job.AddPlan(plan)
	if err := a.earlier(ctx, w, o, job); err != nil {
		return err
	}
	if len(plan.Items) > 0 {
		if err := w.Engine.Submit(ctx, plan); err != nil {
			return err
		}
	}
	return a.follow(ctx, w, o, job, plan.Since())
}

// earlier handles items that an earlier run left in the queue and this one does not name. With
// --all-new they join the job: a cron job must not report success over a crashed run's items. Late
// items are only reported, since no run can settle them.
func (a *app) earlier(ctx context.Context, w *workspace.Workspace, o importOptions, job *importer.Job) error {
	items, _, err := w.Engine.Items(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	left, late := job.Others(items, now)
	if o.allNew {
		job.AddPending(items, now)
	}
	switch {
	case left > 0 && o.allNew:
		a.notef("%d of an earlier import are not finished; going on with them", left)
	case left > 0:
		a.notef("%d of an earlier import are still in the queue; conviso-importer resume finishes them", left)
	}
	if late > 0 {
		a.notef("%d of an earlier import were taken by Conviso over a quarter of an hour ago and have not appeared; conviso-importer list shows them as accepted", late)
	}
	return nil
}

func (a *app) planFor(ctx context.Context, w *workspace.Workspace, o importOptions, args []string) (*importer.Plan, error) {
	if o.plan != "" {
		old, err := a.readPlan(o.plan)
		if err != nil {
			return nil, err
		}
		if o.accept {
			if _, err := readNow(ctx, w, true); err != nil {
				return nil, err
			}
		}
		return w.Engine.Recheck(ctx, old)
	}
	query, err := importQuery(o.query, a.kinds)
	if o.query != "" && err != nil {
		return nil, err
	}
	view, err := readNow(ctx, w, o.accept)
	if err != nil {
		return nil, err
	}
	a.noteOthers(view)
	switch {
	case len(args) > 0:
		a.noteShrunk(view.Shrunk)
		refs, err := namedRefs(view, args)
		if err != nil {
			return nil, err
		}
		return w.Engine.Plan(ctx, importer.Request{Named: refs})
	case o.allNew:
		return w.Engine.Plan(ctx, view.SelectNew(catalog.Query{}))
	}
	return w.Engine.Plan(ctx, view.Select(query))
}

// namedRefs parses references; one that is not in the catalog is most likely a typo and refused.
func namedRefs(view *importer.View, args []string) ([]catalog.Ref, error) {
	var refs []catalog.Ref
	for _, arg := range args {
		ref, err := catalog.ParseRef(arg)
		if err != nil {
			return nil, &exitError{code: exitUsage, err: err}
		}
		if view.Presence(ref) != importer.Present {
			return nil, usage("%s is not among the catalog's entities of the kinds read; see conviso-importer list -o name, and --kind for other kinds", ref)
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

func (a *app) readPlan(path string) (*importer.Plan, error) {
	var doc []byte
	var err error
	if path == "-" {
		doc, err = ownfile.ReadAll(a.in, maxPlanFile)
	} else {
		doc, _, err = ownfile.ReadNamed(path, maxPlanFile)
	}
	switch {
	case errors.Is(err, ownfile.ErrTooLarge):
		return nil, usage("%s is too large for a plan file; make one with import --dry-run -o json", path)
	case err != nil:
		return nil, usage("the plan cannot be read: %w", err)
	}
	return parsePlan(path, doc)
}

func parsePlan(path string, doc []byte) (*importer.Plan, error) {
	var plan importer.Plan
	// Some editors and shells put a byte order mark in front.
	if err := json.Unmarshal(bytes.TrimPrefix(doc, []byte("\ufeff")), &plan); err != nil {
		return nil, usage("%s is not a plan file: %s; make one with import --dry-run -o json", path, safetext.Line(err.Error()))
	}
	if plan.Version != importer.PlanVersion {
		return nil, usage("%s has the plan format %d, and this version reads %d; make it again with import --dry-run -o json", path, plan.Version, importer.PlanVersion)
	}
	for i := range plan.Items {
		if ref := string(plan.Items[i].Ref); ref == "" || safetext.Changed(ref) {
			return nil, usage("%s names no entity in its item %d; make it again with import --dry-run -o json", path, i+1)
		}
	}
	return &plan, nil
}

const createsIntegration = "the platform has no integration for this catalog yet; it is created first"

// describe prints the target of an import and its findings on standard error.
func (a *app) describe(w *workspace.Workspace, plan *importer.Plan) {
	id := w.Engine.Identity()
	company := id.Company.ID
	if id.Company.Label != "" {
		company += " " + id.Company.Label
	}
	a.notef("%d to import into Conviso company %s (%s), %d skipped", len(plan.Items), company, id.Environment, len(plan.Skipped))
	if plan.CreateIntegration {
		a.notef(createsIntegration)
	}
	for _, f := range plan.Findings() {
		a.notef("%s", f.String())
	}
}

func (a *app) printPlan(plan *importer.Plan, output string) error {
	if output == formatJSON {
		return a.printJSON(plan)
	}
	for i := range plan.Items {
		p := mapping.SafeProject(plan.Items[i].Project)
		_, _ = fmt.Fprintf(a.out, "send  %s as %q: type %s, lifecycle %s, owner %s, repository %s, url %s, tags %v\n",
			plan.Items[i].Ref, p.Name, cmp.Or(p.AssetType, "-"), cmp.Or(p.Lifecycle, "-"), cmp.Or(p.Owner, "-"), plan.Items[i].RepoText(), cmp.Or(p.URL, "-"), p.Tags)
		for _, note := range plan.Items[i].Notes() {
			_, _ = fmt.Fprintf(a.out, "      %s\n", note)
		}
	}
	for _, skip := range plan.Skipped {
		_, _ = fmt.Fprintf(a.out, "skip  %s: %s%s\n", skip.Ref, skip.State, because(skip.Reason))
	}
	if plan.CreateIntegration {
		_, _ = fmt.Fprintln(a.out, createsIntegration)
	}
	for _, f := range plan.Findings() {
		_, _ = fmt.Fprintln(a.out, f.String())
	}
	_, err := fmt.Fprintf(a.out, "%d would be sent in %s, %d skipped\n", len(plan.Items), text.Count(plan.Batches(), "request", "requests"), len(plan.Skipped))
	return err
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
