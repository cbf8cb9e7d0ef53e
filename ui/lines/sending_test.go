package lines

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// TestPauseAndStop: pause, resume and stop, and the reasons why they are not possible.
func TestPauseAndStop(t *testing.T) {
	f := bank()
	f.holdDrain = true
	within(t, f, nil, func(s *script) {
		s.write("pause", "Nothing is being sent.")
		s.write("stop", "Nothing is being sent.")
		s.write("a")
		s.write("i")
		s.write("yes", "Importing 5 entities")
		s.write("pause", "Paused: nothing new is sent. resume goes on.")
		s.write("pause", "It is paused already.")
		s.write("c", "\nPaused: nothing new is sent. resume goes on.\n")
		s.write("wait", "The import is paused, and nothing would end that.", "? help:")
		s.write("go on", "It goes on after the pause.")
		s.write("resume", "It is being sent.")
		s.write("pause")
		s.write("stop", "Stop after what is on its way? 5 stay in the queue; resume goes on later. yes or no:")
		s.write("", "The import goes on.")
		s.write("stop")
		s.write("yes", "Stops after what is on its way.", "The pause ended with the import", "Stopped as asked. 5 entities not sent. resume goes on.")
		if f.Flow().Paused {
			t.Error("the next import is held")
		}
		f.stop = make(chan struct{})
		f.holdDrain = false
		s.write("resume", "Import finished: 5 imported, 0 failed")
		s.write("q")
		s.gone()
	})
}

// TestFlow: changes of the flow are reported; many refusals are one line.
func TestFlow(t *testing.T) {
	f := bank()
	f.holdDrain = true
	within(t, f, nil, func(s *script) {
		look := func() string {
			s.news()
			time.Sleep(progressEvery)
			synctest.Wait()
			return s.news()
		}
		s.write("1")
		s.write("i")
		s.write("yes")
		look()
		f.flows(func(flow *importer.Flow) {
			flow.Pace = conviso.Pace{RefusedAt: f.now(), Until: f.now().Add(time.Minute), PerMinute: 60, Most: 120}
		})
		if news := look(); !strings.Contains(news, "429 from Conviso at 06:40:05: next try at 06:41:05, slowed to 60 requests a minute\n") {
			t.Errorf("it says %q", news)
		}
		f.flows(func(flow *importer.Flow) {
			flow.Pace.RefusedAt, flow.Pace.Until = f.now(), flow.Pace.Until.Add(time.Second)
		})
		if news := look(); news != "" {
			t.Errorf("the same storm again: %q", news)
		}
		s.write("c", "429 from Conviso at")
		f.flows(func(flow *importer.Flow) {
			flow.Trouble = importer.Trouble{What: "Nothing can be sent", Cause: "no route", Since: f.now()}
		})
		if news := look(); !strings.Contains(news, "Nothing can be sent since 06:40:15: no route\n") {
			t.Errorf("it says %q", news)
		}
		f.flows(func(flow *importer.Flow) { flow.Trouble.Next = f.now().Add(time.Minute) })
		if news := look(); news != "" {
			t.Errorf("the same trouble again: %q", news)
		}
		f.flows(func(flow *importer.Flow) { flow.Trouble = importer.Trouble{} })
		if news := look(); !strings.Contains(news, "The sending goes on\n") {
			t.Errorf("it says %q", news)
		}
	})
}

// TestReasons: whole reasons are available at any time.
func TestReasons(t *testing.T) {
	f := bank()
	long := strings.Repeat("tags has an invalid value, ", 30) + "said the platform"
	f.refuse["payment-portal"] = long
	within(t, f, nil, func(s *script) {
		s.write("reasons", "Nothing has failed.")
		s.write("/payment-portal")
		s.write("a")
		s.write("i")
		s.write("yes", "1 failed")
		s.write("reasons", "component:default/payment-portal\n  "+long+"\n  sent 1 time, last at 06:40:00\n")
	})
}

// TestTakingElsewhere: a plan can be saved, and the command for it is written.
func TestTakingElsewhere(t *testing.T) {
	var failing error
	change := func(o *Options) {
		o.SavePlan = func(*importer.Plan) (string, error) { return "/home/me/plan-1.json", failing }
		o.Command = func(_ []string, args ...string) string { return "conviso-importer " + strings.Join(args, " ") }
	}
	within(t, bank(), change, func(s *script) {
		s.write("1")
		s.write("i", "no goes back, l lists all that goes, l 1 lists line 1, ? tells more:")
		s.write("?", "At a review:\n", "  save: save the plan", "yes imports 1 entity")
		s.write("command", "conviso-importer import component:default/checkout-api\n", "yes imports 1 entity")
		failing = errors.New("the plan cannot be saved: no room")
		s.write("save", "! The plan cannot be saved: no room; nothing was saved")
		failing = nil
		s.write("save", "Saved as /home/me/plan-1.json", "To send it unchanged: conviso-importer import --plan /home/me/plan-1.json")
		s.write("command", "import --plan")
		s.write("no", "Nothing was sent.")
	})
	within(t, bank(), nil, func(s *script) {
		s.write("1")
		s.write("i")
		s.write("save", "There is no place for files here.")
		s.write("command", "No command does this here.")
	})
}
