package conviso

import "time"

// steadyClock is the platform's clock by its dates and the monotonic time since. Each date bounds how far that
// clock is ahead of the first date: it was told between a request and its response, and is cut to a second.
type steadyClock struct {
	first     time.Time // the first date
	base      time.Time // when it came, with its monotonic reading
	low, high time.Duration
	jumped    bool
}

// mostUneven is how much the dates of one platform may contradict each other: several machines give them. Beyond it
// the clock is not known any more until the program ends.
const mostUneven = 10 * time.Second

func (c *steadyClock) observe(at, sent, now time.Time) {
	if c.base.IsZero() {
		c.first, c.base = at, now
		c.low, c.high = 0, time.Second+now.Sub(sent)
		return
	}
	ahead := at.Sub(c.first)
	c.low = max(c.low, ahead-now.Sub(c.base))
	c.high = min(c.high, ahead+time.Second-sent.Sub(c.base))
	c.jumped = c.jumped || c.low-c.high > mostUneven
}

// PlatformTime returns the time by the platform's clock: it is not earlier than the one and not later than the
// other. ok is false where no response has had a date, or where the dates contradict each other.
func (c *Client) PlatformTime() (earliest, latest time.Time, ok bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	s := &c.clock.steady
	if s.base.IsZero() || s.jumped {
		return time.Time{}, time.Time{}, false
	}
	now := s.first.Add(time.Since(s.base))
	return now.Add(min(s.low, s.high)), now.Add(max(s.low, s.high)), true
}
