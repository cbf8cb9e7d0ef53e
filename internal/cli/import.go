package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
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
			ctx := cmd.Context()
			planning, stop := o.start(ctx, a)
			defer stop()
			queued := false
			err := a.withWorkspace(planning, func(w *workspace.Workspace) error {
				a.telling.about(w.Engine.Doing)
				run := importRun{app: a, w: w, o: o, planning: planning}
				err := run.do(ctx, args)
				queued = run.queued
				return err
			})
			if !queued {
				err = o.overdue(ctx, err, "queued")
			}
			return err
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

// importRun is one import.
type importRun struct {
	*app

	w        *workspace.Workspace
	o        importOptions
	planning context.Context //nolint:containedctx // It ends with the timeout, before anything is queued.
	queued   bool
}

func (r *importRun) do(ctx context.Context, args []string) error {
	job := importer.NewJob(r.began)
	if r.o.dryRun {
		r.noteCopied(ctx, r.w)
	} else {
		if err := needQueue(r.w); err != nil {
			return err
		}
		if err := r.atHome(ctx, r.w, r.o.adopt); err != nil {
			return err
		}
	}
	if r.o.plan == "" && len(args) == 0 && !r.o.dryRun {
		return r.inParts(ctx, job)
	}
	plan, err := r.plan(args)
	if err != nil {
		return howToAccept(err)
	}
	if r.o.dryRun {
		r.telling.stop()
		return r.printPlan(plan, r.o.output)
	}
	r.describe(len(plan.Items), len(plan.Skipped), plan.CreateIntegration, plan.Findings())
	job.AddPlan(plan)
	items, _, err := r.w.Engine.Unfinished(r.planning)
	if err != nil {
		return err
	}
	r.earlier(job, items, job.Has)
	if len(plan.Items) > 0 {
		if err := r.w.Engine.Submit(r.planning, plan); err != nil {
			return err
		}
	}
	r.queued = true
	return r.follow(ctx, r.w, r.o, job, plan.Since())
}

// inParts imports in bulk: what is planned is sent while the rest is read.
func (r *importRun) inParts(ctx context.Context, job *importer.Job) error {
	request, view, err := r.bulk()
	if err != nil {
		return howToAccept(err)
	}
	named := make(map[catalog.Ref]bool, len(request.Bulk))
	for _, ref := range request.Bulk {
		named[ref] = true
	}
	r.earlier(job, slices.Collect(maps.Values(view.Items)), func(ref catalog.Ref) bool { return named[ref] })
	wait := r.waiting(r.w, &r.o)
	wait.Since = view.Seq
	err = r.w.Engine.Import(ctx, job, request, wait, importer.Planning{
		Began: func(left int) {
			r.notef("importing into %s, while %d more are planned", r.target(), left)
		},
		Ended: func(now *importer.Planned) {
			switch {
			case now.Err == nil:
				r.describe(now.Sends, now.Skips, now.CreateIntegration, now.Findings)
			case job.Len() > 0 && ctx.Err() == nil:
				r.notef("nothing more is planned (%v); what is queued is sent", now.Err)
			}
		},
	})
	if err != nil && job.Len() == 0 {
		return howToAccept(err)
	}
	r.queued = true
	return r.ended(ctx, r.w, r.o, job, err)
}

// earlier handles items that an earlier run left in the queue and this one does not name. With
// --all-new they join the job: a cron job must not report success over a crashed run's items. Late
// items are only reported, since no run can settle them.
func (r *importRun) earlier(job *importer.Job, items []importer.Item, named func(catalog.Ref) bool) {
	now := time.Now()
	items = slices.DeleteFunc(items, func(i importer.Item) bool { return named(i.Ref) })
	left, late := job.Others(items, now)
	if r.o.allNew {
		job.AddPending(items, now)
	}
	switch {
	case left > 0 && r.o.allNew:
		r.notef("%d of an earlier import are not finished; going on with them", left)
	case left > 0:
		r.notef("%d of an earlier import are still in the queue; conviso-importer resume finishes them", left)
	}
	if late > 0 {
		r.notef("%d of an earlier import were taken by Conviso over a quarter of an hour ago and have not appeared; conviso-importer list shows them as accepted", late)
	}
}

func (r *importRun) plan(args []string) (*importer.Plan, error) {
	switch {
	case r.o.plan != "":
		old, err := r.readPlan(r.o.plan)
		if err != nil {
			return nil, err
		}
		if r.o.accept {
			if _, err := readNow(r.planning, r.w, true); err != nil {
				return nil, err
			}
		}
		return r.w.Engine.Recheck(r.planning, old)
	case len(args) > 0:
		view, err := r.look()
		if err != nil {
			return nil, err
		}
		r.noteShrunk(view.Shrunk)
		refs, err := namedRefs(view, args)
		if err != nil {
			return nil, err
		}
		return r.w.Engine.Plan(r.planning, importer.Request{Named: refs})
	}
	request, _, err := r.bulk()
	if err != nil {
		return nil, err
	}
	return r.w.Engine.Plan(r.planning, request)
}

// bulk reads both lists and returns what is asked for in bulk, and the view that it is of.
func (r *importRun) bulk() (importer.Request, *importer.View, error) {
	query, err := importQuery(r.o.query, r.kinds)
	if r.o.query != "" && err != nil {
		return importer.Request{}, nil, err
	}
	view, err := r.look()
	if err != nil {
		return importer.Request{}, nil, err
	}
	if r.o.allNew {
		return view.SelectNew(catalog.Query{}), view, nil
	}
	return view.Select(query), view, nil
}

func (r *importRun) look() (*importer.View, error) {
	view, err := readNow(r.planning, r.w, r.o.accept)
	if err == nil {
		r.noteOthers(view)
	}
	return view, err
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

// target names the company that is sent to.
func (r *importRun) target() string {
	id := r.w.Engine.Identity()
	company := id.Company.ID
	if id.Company.Label != "" {
		company += " " + id.Company.Label
	}
	return fmt.Sprintf("Conviso company %s (%s)", company, id.Environment)
}

// describe prints the target of an import and its findings on standard error.
func (r *importRun) describe(sends, skips int, creates bool, findings []importer.Finding) {
	r.notef("%d to import into %s, %d skipped", sends, r.target(), skips)
	if creates {
		r.notef(createsIntegration)
	}
	for i := range findings {
		r.notef("%s", findings[i].String())
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
