// Package session is what one person at work knows and decides: marks and their undo, the review, the
// job that is followed, the log. It must not know how any of it is shown: no terminal, no widths, no
// colours. Its types belong to one goroutine, that of the front end's loop; what takes long is
// started by the front end.
package session
