package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/internal/workspace"
)

func (a *app) resumeCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "resume",
		Short: "Finish what an earlier run left in the queue",
		Long: `Finish what an earlier import left in the queue: send what was not sent, and read back what
was. An item whose answer was lost is looked for on the platform before it is sent again. One that
Conviso took over a quarter of an hour ago and that has not appeared is looked for once and listed
with its time (exit 3): look for it in Conviso, and name it to import it again.

A queue that was copied from another machine is not sent, since both would send the same, until
--adopt-queue says once that it has moved here.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.checkTimeout(); err != nil {
				return err
			}
			ctx := cmd.Context()
			bounded, stop := o.start(ctx, a)
			defer stop()
			begun := false
			err := a.withWorkspace(bounded, func(w *workspace.Workspace) error {
				if err := needQueue(w); err != nil {
					return err
				}
				if err := a.atHome(ctx, w, o.adopt); err != nil {
					return err
				}
				items, seq, err := w.Engine.Unfinished(ctx)
				if err != nil {
					return err
				}
				job := importer.NewJob(a.began)
				job.AddPending(items, job.Began)
				job.AddLate(items, job.Began)
				if job.Len() == 0 {
					a.notef("nothing is left in the queue")
				}
				a.noteUnplanned(ctx, w)
				begun = true
				return a.follow(ctx, w, o, job, seq)
			})
			if !begun {
				err = o.overdue(ctx, err, "sent")
			}
			return err
		},
	}
	adoptFlag(cmd, &o.adopt)
	waitFlags(cmd, &o)
	return cmd
}

// noteUnplanned names what an import has not even queued that was broken off while it planned.
func (a *app) noteUnplanned(ctx context.Context, w *workspace.Workspace) {
	if u, err := w.Engine.Unplanned(ctx); err == nil && u.Left > 0 {
		a.notef("%s of an import that was broken off %s were not planned; import again to go on with them", text.Entities(u.Left), text.Age(time.Now(), u.Since))
	}
}
