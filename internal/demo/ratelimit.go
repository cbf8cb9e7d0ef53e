package demo

import "time"

// window counts what happened during the last minute.
type window []time.Time

// trim drops what is older than a minute.
func (w *window) trim(now time.Time) {
	old := 0
	for old < len(*w) && now.Sub((*w)[old]) >= time.Minute {
		old++
	}
	*w = (*w)[old:]
}

// admit counts a request against the rate limit and returns how long to wait where there is
// no room.
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
		// The wait ends when the minute holds one less than the limit.
		return time.Minute - now.Sub(p.admitted[len(p.admitted)-p.options.RateLimit]), false
	}
	p.admitted = append(p.admitted, now)
	return 0, true
}
