package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/workspace"
)

// follow runs the queue until the job is settled and returns the error for the exit code. since is the newest
// change of the queue that the job knows.
func (a *app) follow(ctx context.Context, w *workspace.Workspace, o importOptions, j *importer.Job, since int64) error {
	wait := a.waiting(w, &o)
	wait.Since = since
	return a.ended(ctx, w, o, j, w.Engine.Run(ctx, j, wait))
}

// waiting are the options for following a job.
func (a *app) waiting(w *workspace.Workspace, o *importOptions) importer.WaitOptions {
	a.telling.stop()
	told := progress{app: a, engine: w.Engine}
	wait := importer.WaitOptions{Accepted: o.noWait, Told: told.tell}
	if !o.ends.IsZero() {
		wait.Timeout = max(time.Millisecond, time.Until(o.ends))
	}
	return wait
}

// ended tells how a job has ended and returns the error for the exit code.
func (a *app) ended(ctx context.Context, w *workspace.Workspace, o importOptions, j *importer.Job, runErr error) error {
	if err := a.printJob(j, o.output); err != nil {
		return err
	}
	c := j.Counts()
	if c.Stopped > 0 {
		a.notef("%d were queued and not sent after all; the reason stands with each", c.Stopped)
	}
	if c.Doubled > 0 {
		a.notef("%d of the imported ones have a second asset now, which somebody else made at the same time; after conviso-importer refresh, conviso-importer list names them; delete the duplicates in Conviso", c.Doubled)
	}
	if open := openItems(c, o.noWait) - c.Late; open > 0 {
		a.notef("%d are not finished and stay in the queue; conviso-importer resume goes on with them", open)
	}
	if c.Unplanned > 0 {
		a.notef("%d were not planned, so they are not in the queue; import again to go on with them", c.Unplanned)
	}
	if c.Late > 0 {
		a.notef("%d were taken by Conviso over a quarter of an hour ago and have not appeared; look for them in Conviso, and name one to import it again", c.Late)
	}
	throttled := errors.Is(runErr, context.DeadlineExceeded) && w.Engine.Flow().Pace.Until.After(time.Now())
	return outcome(ctx, c, o, runErr, throttled)
}

// openItems counts the items that the command still waits for.
func openItems(c importer.JobCounts, noWait bool) int {
	if noWait {
		return c.Pending - (c.Accepted - c.Late)
	}
	return c.Pending
}

func outcome(ctx context.Context, c importer.JobCounts, o importOptions, runErr error, throttled bool) error {
	open := openItems(c, o.noWait) + c.Unplanned
	timedOut := errors.Is(runErr, context.DeadlineExceeded)
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted}
	case runErr != nil && open > 0 && timedOut && (throttled || errors.Is(runErr, conviso.ErrUnavailable)):
		trouble := strings.TrimPrefix(strings.TrimPrefix(runErr.Error(), context.DeadlineExceeded.Error()), "; ")
		return &exitError{code: exitUnavailable, err: fmt.Errorf("the time that --timeout gives, %s, is up; %s", o.timeout, cmp.Or(trouble, "Conviso asks to wait"))}
	case runErr != nil && open > 0 && !timedOut:
		return runErr
	case c.Failed > 0 || open > 0:
		return &exitError{code: exitSomeFailed}
	}
	return nil
}

// progress reports a run on standard error.
type progress struct {
	app         *app
	engine      *importer.Engine
	seen, named string // seen is the other process at the last check, named the one that was last reported
	flow        importer.FlowNews
	news        news
}

func (p *progress) tell(j *importer.Job) {
	// A process that only reads holds the lock for a moment, so it is named when seen twice.
	who, other := p.engine.Runner()
	if other && who == p.seen && who != p.named {
		p.app.notef("%s is importing for this company; adding to its queue and watching", who)
		p.named = who
	}
	p.seen = who
	now := time.Now()
	for _, change := range p.flow.Next(now, p.engine.Flow()) {
		p.app.notef("%s", change.Text)
	}
	c := j.Counts()
	line := fmt.Sprintf("%d imported, %d accepted, %d waiting, %d failed", c.Verified, c.Accepted, c.Pending-c.Accepted, c.Failed)
	switch {
	case c.Unplanned == 0:
	case c.Requested == 0:
		line = cmp.Or(p.engine.Doing(), "planning")
	default:
		line += fmt.Sprintf(", %d not planned yet", c.Unplanned)
	}
	if c.Pending+c.Unplanned == 0 && line != p.news.line {
		p.news.printed = time.Time{}
	}
	if p.news.due(now, line) {
		p.app.notef("%s", line)
	}
}

func (a *app) printJob(j *importer.Job, output string) error {
	now := time.Now()
	if output == formatJSON {
		return a.printJSON(printout.OfJob(j, now))
	}
	for i := range j.Len() {
		item := j.At(i)
		detail := item.Reason()
		switch {
		case item.State != importer.Imported:
		case detail == "":
			detail = "asset " + item.AssetID
		default:
			detail = "asset " + item.AssetID + "; " + detail
		}
		_, _ = fmt.Fprintf(a.out, "%-9s %s%s\n", item.State, item.Ref, because(detail))
	}
	c := j.Counts()
	_, err := fmt.Fprintf(a.out, "%d imported, %d failed, %d skipped, %d pending in %s\n",
		c.Verified, c.Failed, c.Skipped, c.Pending, now.Sub(j.Began).Round(time.Millisecond))
	return err
}
