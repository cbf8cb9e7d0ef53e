package importer

import (
	"context"
	"errors"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// TestRunEndsWithTheSender protects the end of a job: its figures are those of the queue after
// the sender has stopped, and whoever watches is told in between.
func TestRunEndsWithTheSender(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 2 * time.Second}, manyNames(60)...)
		j := NewJob(time.Now())
		j.AddPlan(w.submit(Request{Bulk: w.refs()}))
		told := 0
		if err := w.Run(t.Context(), j, WaitOptions{Told: func(*Job) { told++ }}); err != nil {
			t.Fatal(err)
		}
		if c := j.Counts(); c.Verified != 60 || c.Pending != 0 || told < 2 {
			t.Errorf("%+v, told %d times", c, told)
		}
	})
}

// TestRunTimesOut protects a command from a platform that never finishes: it ends in time, and
// the queue keeps the rest.
func TestRunTimesOut(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Lose: func(demo.Project) bool { return true }}, "never")
		j := NewJob(time.Now())
		j.AddPlan(w.submit(Request{Named: w.refs()}))
		err := w.Run(t.Context(), j, WaitOptions{Timeout: time.Minute})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(j.Began) > 2*time.Minute {
			t.Errorf("%v after %s", err, time.Since(j.Began))
		}
		if c := j.Counts(); c.Accepted != 1 {
			t.Errorf("%+v", c)
		}
		again := NewJob(time.Now())
		again.AddPlan(w.plan(Request{Named: w.refs()}))
		if err := w.Run(t.Context(), again, WaitOptions{Accepted: true, Timeout: time.Minute}); err != nil {
			t.Errorf("it was accepted: %v", err)
		}
	})
}

// TestResumeLooksOnce protects a resume over what Conviso took long ago and never showed: it
// looks once, does not wait, and the next one does the same.
func TestResumeLooksOnce(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Lose: func(demo.Project) bool { return true }}, "never")
		w.submit(Request{Named: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		for run := range 2 {
			items, _, err := w.Items(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			before := len(w.requests("assets"))
			j := NewJob(time.Now())
			j.AddPending(items, j.Began)
			j.AddLate(items, j.Began)
			if err := w.Run(t.Context(), j, WaitOptions{}); err != nil {
				t.Fatal(err)
			}
			took, looks := time.Since(j.Began), len(w.requests("assets"))-before
			if c := j.Counts(); c.Late != 1 || c.Pending != 1 || took > time.Minute || looks != 1 {
				t.Errorf("run %d: %+v, %s, %d looks", run, c, took, looks)
			}
			time.Sleep(time.Minute)
		}
	})
}

// TestAwaitFollows protects a process that only watches: it ends when another one has sent.
func TestAwaitFollows(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 2 * time.Second}, manyNames(30)...)
		j := NewJob(time.Now())
		j.AddPlan(w.submit(Request{Bulk: w.refs()}))
		sent := make(chan error, 1)
		go func() { sent <- NewEngine(w.config).Drain(t.Context()) }()
		if err := w.Await(t.Context(), j, WaitOptions{}); err != nil || j.Counts().Verified != 30 {
			t.Errorf("%v, %+v", err, j.Counts())
		}
		if err := <-sent; err != nil {
			t.Error(err)
		}
	})
}
