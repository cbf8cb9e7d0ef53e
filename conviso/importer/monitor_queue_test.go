package importer

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"conviso-importer/catalog"
)

// TestMonitorGathers protects keys during a large import, which changes the queue dozens of times a
// second: the first change after a rest is told at once, those behind it together a moment later.
func TestMonitorGathers(t *testing.T) {
	simulate(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		s := newScripted()
		for i := range mergeFrom {
			s.queue = append(s.queue, Item{Ref: jobRef(fmt.Sprint(i)), Seq: int64(i) + 1, State: Queued})
		}
		m := NewMonitor(ctx, s, nil)
		m.Start()
		until(t, m, "the queue", func(u *Update) bool { return u.QueueRead })
		time.Sleep(time.Minute)
		began := time.Now()
		go func() {
			for n := range int64(2) {
				s.changes <- []Item{{Ref: jobRef("0"), Seq: mergeFrom + 1 + n, State: Sending}}
			}
		}()
		u := until(t, m, "the first change", func(u *Update) bool { return u.QueueSeq > mergeFrom })
		if u.QueueSeq != mergeFrom+1 || time.Since(began) != 0 {
			t.Errorf("after %s it is at change %d", time.Since(began), u.QueueSeq)
		}
		until(t, m, "the next change", func(u *Update) bool { return u.QueueSeq > mergeFrom+1 })
		if wait := time.Since(began); wait < mergeFrom*mergeEach {
			t.Errorf("the next change came after %s", wait)
		}
	})
}

// TestMonitorCounts protects the figures of the queue, which are those of the view that they come
// with, and trouble with the queue that is over: nothing need change for that to be known.
func TestMonitorCounts(t *testing.T) {
	simulate(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		s := newScripted()
		s.queue = []Item{{Ref: jobRef("a"), Seq: 1, State: Queued}, {Ref: jobRef("b"), Seq: 2, State: Failed}, {Ref: catalog.NewRef("api", "", "c"), Seq: 3, State: Failed}}
		m := NewMonitor(ctx, s, nil)
		m.Start()
		u := until(t, m, "the queue", func(u *Update) bool { return u.QueueRead })
		if u.Unsettled.Unsent != 1 || u.Unsettled.Failed != 2 || u.FailedListed != 1 {
			t.Errorf("%+v, %d are listed", u.Unsettled, u.FailedListed)
		}
		m.UseKinds([]string{"api", "component"})
		until(t, m, "other kinds", func(u *Update) bool { return u.FailedListed == 2 })
		s.watchFails <- errors.New("the disk is away")
		until(t, m, "trouble", func(u *Update) bool { return u.QueueErr != nil })
		until(t, m, "its end", func(u *Update) bool { return u.QueueErr == nil })
	})
}
