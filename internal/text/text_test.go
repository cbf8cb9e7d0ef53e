package text

import (
	"hash/fnv"
	"testing"
	"time"
)

// now is far from midnight.
var now = time.Date(2026, 11, 23, 6, 40, 0, 0, time.UTC)

func TestAge(t *testing.T) {
	for _, tt := range []struct {
		ago         time.Duration
		long, short string
	}{
		{-time.Hour, "just now", "now"}, {0, "just now", "now"}, {59 * time.Second, "just now", "now"}, {time.Minute, "1m ago", "1m"},
		{119 * time.Second, "1m ago", "1m"}, {time.Hour, "1h ago", "1h"}, {47 * time.Hour, "47h ago", "47h"}, {48 * time.Hour, "2d ago", "2d"},
	} {
		then := now.Add(-tt.ago)
		if long, short := Age(now, then), ShortAge(now, then); long != tt.long || short != tt.short {
			t.Errorf("%s: %q and %q", tt.ago, long, short)
		}
	}
	if Age(now, time.Time{}) != "never" || ShortAge(now, time.Time{}) != "-" {
		t.Error("a time that never was has an age")
	}
}

// TestClock checks other days and time zones.
func TestClock(t *testing.T) {
	hour := now.Add(-time.Hour)
	day := now.Add(-24 * time.Hour).In(time.FixedZone("", 3600))
	for _, tt := range []struct{ got, want string }{
		{Clock(now, hour), "05:40"}, {Clock(now, day), "2026-11-22 06:40"}, {Clock(now, now.AddDate(-1, 0, 0)), "2025-11-23 06:40"},
		{ClockSeconds(now, hour), "05:40:00"}, {ClockSeconds(now, day), "2026-11-22 06:40:00"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Hour: "1h", 90 * time.Minute: "1h30m", 30 * time.Minute: "30m", 10 * time.Second: "10s"} {
		if got := Interval(d); got != want {
			t.Errorf("the interval %s is %q", d, got)
		}
	}
	for d, want := range map[time.Duration]string{999 * time.Millisecond: "less than a second", 112*time.Second + 400*time.Millisecond: "1m52s"} {
		if got := Took(d); got != want {
			t.Errorf("it took %q, want %q", got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 entities", 1: "1 entity", 2: "2 entities"} {
		if got := Entities(n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestJoin(t *testing.T) {
	if got := Join(", ", "", "a", "", "b", ""); got != "a, b" || Join(", ") != "" {
		t.Errorf("%q", got)
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{
		"the catalog is down": "The catalog is down", "payment-api: refused": "payment-api: refused", "": "",
		"https://x.test said no": "https://x.test said no", "a\x1b[2Jb": "a\uFFFD[2Jb", "HTTP 500": "HTTP 500",
	} {
		if got := Sentence(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

// TestReason checks that a reason does not repeat the entity's name.
func TestReason(t *testing.T) {
	for in, want := range map[string]string{"pay: no type": "no type", "payments: no type": "payments: no type", "x\x1b[2J": "x\uFFFD[2J"} {
		if got := Reason("pay", in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

// TestHash protects what is kept in files from a hash that changes.
func TestHash(t *testing.T) {
	for _, text := range []string{"", "a", "component:default/payments", "é界"} {
		want := fnv.New64a()
		_, _ = want.Write([]byte(text))
		if got := Hash(text); got != want.Sum64() {
			t.Errorf("%q: %x, want %x", text, got, want.Sum64())
		}
	}
}
