package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/text"
	"conviso-importer/internal/workspace"
)

func (a *app) queueCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "Look after what waits to be sent",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("queue wants to know what to do, such as conviso-importer queue drop REF")
		},
	}
	cmd.AddCommand(a.dropCommand())
	return cmd
}

func (a *app) dropCommand() *cobra.Command {
	var all bool
	var output string
	cmd := &cobra.Command{
		Use:   "drop [REF…]",
		Short: "Take back what waits, before it is sent",
		Long: `Take the named entities, or with --all everything of this catalog, out of the queue before
they are sent. Another process that is sending goes on with what is left. What was sent already
cannot be taken back: it is named (exit 3). Nothing is sent.`,
		Example: "  conviso-importer queue drop component:default/payments\n  conviso-importer queue drop --all",
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := droppedRefs(args, all)
			if err != nil {
				return err
			}
			return a.withWorkspace(cmd.Context(), func(w *workspace.Workspace) error { return a.drop(cmd.Context(), w, refs, output) })
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "take back everything that waits")
	outputFlag(cmd, &output, formatTable, formatJSON)
	return cmd
}

// droppedRefs parses references; none means all.
func droppedRefs(args []string, all bool) ([]catalog.Ref, error) {
	switch {
	case all && len(args) > 0:
		return nil, usage("references and --all exclude each other; give one of them")
	case !all && len(args) == 0:
		return nil, usage("nothing to take back is named; give entity references or --all")
	}
	refs := make([]catalog.Ref, len(args))
	for i, arg := range args {
		ref, err := catalog.ParseRef(arg)
		if err != nil {
			return nil, &exitError{code: exitUsage, err: err}
		}
		refs[i] = ref
	}
	return refs, nil
}

func (a *app) drop(ctx context.Context, w *workspace.Workspace, refs []catalog.Ref, output string) error {
	if err := needQueue(w); err != nil {
		return err
	}
	take := func() (importer.TakenBack, error) { return w.Engine.TakeBack(ctx, refs) }
	if len(refs) == 0 {
		take = func() (importer.TakenBack, error) { return w.Engine.TakeBackAll(ctx) }
	}
	back, err := take()
	if err != nil {
		if n := len(back.Taken); n > 0 {
			a.notef("%s were taken back before that", text.Entities(n))
		}
		return err
	}
	out := printout.OfTakenBack(&back, refs)
	if err := a.printTakenBack(&out, output); err != nil {
		return err
	}
	if len(back.OnTheWay) > 0 {
		return &exitError{code: exitSomeFailed, err: fmt.Errorf("%s; conviso-importer resume tells what becomes of them", sentAlready(back.OnTheWay))}
	}
	return nil
}

// sentAlready names the first of what was sent before it could be taken back.
func sentAlready(items []importer.Item) string {
	const named = 5
	names := make([]string, 0, named)
	for _, item := range items[:min(named, len(items))] {
		names = append(names, string(item.Ref))
	}
	words := strings.Join(names, ", ")
	if more := len(items) - named; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words + " " + text.Plural(len(items), "was", "were") + " sent already and cannot be taken back"
}

func (a *app) printTakenBack(out *printout.TakenBack, output string) error {
	if output == formatJSON {
		return a.printJSON(out)
	}
	for _, item := range out.Items {
		_, _ = fmt.Fprintf(a.out, "%-9s %s%s\n", item.State, item.Ref, because(item.Error))
	}
	for _, ref := range out.NotQueued {
		a.notef("%s is not in the queue", ref)
	}
	if out.TakenBack+out.OnTheWay == 0 {
		a.notef("nothing of it waits to be sent")
	}
	_, err := fmt.Fprintf(a.out, "%d taken back, %d sent already\n", out.TakenBack, out.OnTheWay)
	return err
}
