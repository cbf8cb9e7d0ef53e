package conviso

import "time"

// Pace is the current rate limit, for display.
type Pace struct {
	RefusedAt       time.Time // the time of the last 429, or zero
	Until           time.Time // the end of the pause that followed
	PerMinute, Most int       // PerMinute is the current number of requests per minute, Most the configured one
	InFlight        int       // how many requests may be on their way now
}

// Slowed reports whether refusals have reduced the rate.
func (p Pace) Slowed() bool { return p.PerMinute < p.Most }

// Pace returns the current rate limit without blocking. A nil client returns the zero Pace.
func (c *Client) Pace() Pace {
	if c == nil {
		return Pace{}
	}
	return c.limiter.pace()
}

func (l *limiter) pace() Pace {
	l.mu.Lock()
	defer l.mu.Unlock()
	allowed := l.restored(time.Now())
	return Pace{RefusedAt: l.refusedAt, Until: l.until, PerMinute: int(allowed), Most: int(l.most), InFlight: l.width}
}

func (l *limiter) restored(now time.Time) float64 {
	if quiet := now.Sub(l.adapted); l.allowed < l.most && quiet > 0 {
		return min(l.most, l.allowed+l.most/recovery*quiet.Minutes())
	}
	return l.allowed
}
