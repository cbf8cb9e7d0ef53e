package importer

import "time"

// platformNow is the time by the platform's clock, zero if that is not known.
func (e *Engine) platformNow() time.Time {
	if p, ok := e.platform.(interface{ Now() time.Time }); ok {
		return p.Now()
	}
	return time.Time{}
}
