// Package session is the state behind a front end: marks and their undo, the review, the job that is followed,
// the log. It must not know how any of it is shown: no terminal, no widths, no colours. Its types belong to the
// goroutine of the front end's loop; the front end starts slow work.
package session
