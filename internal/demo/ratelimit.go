package demo

import "time"

// window holds the times of the last minute's events.
type window []time.Time

func (w *window) trim(now time.Time) {
	old := 0
	for old < len(*w) && now.Sub((*w)[old]) >= time.Minute {
		old++
	}
	*w = (*w)[old:]
}

// admit counts a request against the rate limit, or returns how long to wait.
func (p *Platform) admit() (time.Duration, bool) {
	if p.options.RateLimit <= 0 {
		return 0, true
	}
	p.state.Lock()
	defer p.state.Unlock()
	now := p.now()
	p.admitted.trim(now)
	if len(p.admitted) >= p.options.RateLimit {
		if p.options.CountRefused {
			p.admitted = append(p.admitted, now)
		}
		// Wait until the minute contains one less than the limit.
		return time.Minute - now.Sub(p.admitted[len(p.admitted)-p.options.RateLimit]), false
	}
	p.admitted = append(p.admitted, now)
	return 0, true
}
