package cli

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
)

// importOptions are the flags of import and resume.
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
	ends    time.Time
}

// start bounds the command by its timeout, from the start of the program, and begins to tell what it is at.
func (o *importOptions) start(ctx context.Context, a *app) (context.Context, func()) {
	o.ends = a.began.Add(o.timeout)
	if os.Getenv("GOGC") == "" {
		// An import runs for minutes, next to other work: memory is dearer than the time to collect it.
		debug.SetGCPercent(50)
	}
	bounded, cancel := context.WithDeadline(ctx, o.ends)
	a.telling = a.tell(bounded)
	return bounded, func() { a.telling.stop(); cancel() }
}

// overdue is the error of a command that has not done anything yet, which the timeout may have caused.
func (o *importOptions) overdue(ctx context.Context, err error, done string) error {
	if err == nil || ctx.Err() != nil || time.Now().Before(o.ends) {
		return err
	}
	return &exitError{code: exitUnavailable, err: fmt.Errorf("the time that --timeout gives, %s, was up before anything was %s; try again, or give it more", o.timeout, done)}
}

func waitFlags(cmd *cobra.Command, o *importOptions) {
	cmd.Flags().BoolVar(&o.noWait, "no-wait", false, "return when the platform has taken the entities, before they are read back")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 15*time.Minute, "take at most this `TIME` from the start, such as 15m; the rest stays in the queue")
	outputFlag(cmd, &o.output, formatTable, formatJSON)
}

func (o *importOptions) checkTimeout() error {
	if o.timeout <= 0 {
		return usage("--timeout must be more than 0, such as 15m")
	}
	return nil
}

func (o *importOptions) check(refs, kinds []string) error {
	if err := o.checkTimeout(); err != nil {
		return err
	}
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
	case o.query != "":
		_, err := importQuery(o.query, kinds)
		return err
	}
	return nil
}
