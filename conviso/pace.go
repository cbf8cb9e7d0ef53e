package conviso

import "time"

// Pace is how the platform makes requests wait, for whoever watches them.
type Pace struct {
	// RefusedAt is when the platform last answered that it gets too many requests (429);
	// zero where it never did.
	RefusedAt time.Time
	// Until is when the pause ends that followed; everybody waits until then.
	Until time.Time
	// PerMinute is how many requests go in any minute for now, Most how many are configured.
	PerMinute, Most int
}

// Slowed reports whether refusals have left less than the configured rate.
func (p Pace) Slowed() bool { return p.PerMinute < p.Most }

// Pace says how the platform makes requests wait now. It answers at once; a nil client, which
// nobody makes wait, has the zero Pace.
func (c *Client) Pace() Pace {
	if c == nil {
		return Pace{}
	}
	return c.gate.pace()
}

// pace describes the gate without moving it.
func (g *gate) pace() Pace {
	g.mu.Lock()
	defer g.mu.Unlock()
	allowed := g.regained(time.Now())
	return Pace{RefusedAt: g.struck, Until: g.until, PerMinute: int(allowed), Most: int(g.most)}
}

// regained is the rate with what the time since the last refusal has earned. The caller holds
// the lock.
func (g *gate) regained(now time.Time) float64 {
	if quiet := now.Sub(g.adapted); g.allowed < g.most && quiet > 0 {
		return min(g.most, g.allowed+g.most/recovery*quiet.Minutes())
	}
	return g.allowed
}
