package breaker

import (
	"testing"
	"time"
)

// TestBreakerStates protects the breaker's one way back: it opens after a row of lost answers,
// lets one probe through at a time, and closes for that probe's answer alone.
func TestBreakerStates(t *testing.T) {
	now := time.Now()
	var b Breaker
	for range MaxLost - 1 {
		b.Lost(false, now)
	}
	if b.Capacity(now, 8) != 8 {
		t.Fatal("it opened too early")
	}
	b.Answered(false)
	for range MaxLost {
		b.Lost(false, now)
	}
	if !b.Open || b.Capacity(now, 8) != 0 || b.Capacity(now.Add(FirstPause), 8) != 1 {
		t.Fatalf("after %d lost answers: %+v", MaxLost, b)
	}
	// What had been on its way when it opened decides nothing.
	b.Answered(false)
	b.Lost(false, now)
	if !b.Open || !b.Until.Equal(now.Add(FirstPause)) {
		t.Fatalf("an old answer moved it: %+v", b)
	}
	pause := FirstPause
	for probe := 1; probe < MaxProbes; probe++ {
		now = b.Until
		if b.Lost(true, now) {
			t.Fatalf("%d probes were enough", probe)
		}
		if pause = min(longestPause, 2*pause); b.Until.Sub(now) != pause {
			t.Errorf("after %d probes it waits %s, want %s", probe, b.Until.Sub(now), pause)
		}
	}
	if !b.Lost(true, now) {
		t.Errorf("%d probes were not enough", MaxProbes)
	}
	b.Answered(true)
	if b != (Breaker{}) {
		t.Errorf("the probe's answer left %+v", b)
	}
}
