package cli

import (
	"time"

	"github.com/spf13/cobra"

	"conviso-importer/catalog"
)

func (a *app) resumeCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "resume",
		Short: "Finish what an earlier run left in the queue",
		Long: `Finish what an earlier import left in the queue: send what was not sent, and read back what
was. An item whose answer was lost is looked for on the platform before it is sent again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.withSession(ctx, func(s *session) error {
				if err := s.needQueue(); err != nil {
					return err
				}
				items, _, err := s.engine.Items(ctx)
				if err != nil {
					return err
				}
				r := &report{Items: []reportItem{}, began: time.Now(), index: map[catalog.Ref]int{}}
				for i := range items {
					if items[i].State.Pending() {
						r.add(items[i].Ref, pendingItem(&items[i]))
					}
				}
				if len(r.Items) == 0 {
					a.say("nothing is left in the queue")
				}
				return a.follow(ctx, s, o, r)
			})
		},
	}
	waitFlags(cmd, &o)
	return cmd
}
