package conviso

import (
	"errors"
	"time"

	"conviso-importer/internal/secret"
)

// Errors to test for with errors.Is. Users read the message of the error that wraps them.
var (
	ErrAuth = errors.New("access denied") // the platform refuses the key, or the key may not see the company
	// ErrUnavailable: the platform is unreachable, failing or limiting requests; retry later.
	ErrUnavailable = errors.New("platform unavailable")
	// ErrNotGraphQL: the response is not from the platform's API, or does not fit its schema.
	ErrNotGraphQL    = errors.New("not an answer of the platform's API")
	ErrNoIntegration = errors.New("no integration") // the platform has no integration for this instance
	ErrIncomplete    = errors.New("incomplete")     // parts of a list may be missing: it changed during the read, or pages came empty or twice
	// ErrFilterRefused: the platform does not accept the filter; try the whole list.
	ErrFilterRefused = errors.New("the platform refuses the filter")
	ErrOffline       = errors.New("offline") // the program runs offline
)

// Class tells what happened to a failed import, and so whether it may be sent again.
type Class int

// The classes.
const (
	NotSent   Class = iota + 1 // the platform has not seen the request
	Rejected                   // the platform refused before processing, since it gets too many requests; send again after Wait
	Ambiguous                  // the platform may have processed the request; read back before sending again
	Permanent                  // the platform refused the content; sending it again fails again
	Auth                       // the platform refuses the key or its rights; every other request would fail as well
)

// String returns the class in words.
func (c Class) String() string {
	names := [...]string{NotSent: "not sent", Rejected: "rejected", Ambiguous: "ambiguous",
		Permanent: "permanent", Auth: "auth"}
	if c > 0 && int(c) < len(names) {
		return names[c]
	}
	return "unknown"
}

// SendError is an import that failed.
type SendError struct {
	Class Class
	Wait  time.Duration // the delay that the platform asked for, if any
	// Split: one of the projects may be the cause, so fewer should go together next time. Said are
	// the platform's sentences that may name it.
	Split bool
	Said  []string
	Own   bool  // the platform's API itself has answered with an error
	Err   error // the cause: a message for users that wraps the Err values of this package
}

// Error returns the message of the cause.
func (e *SendError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

type failure struct {
	class   Class
	kind    error // one of the Err values, or nil
	cause   error
	refused *secret.RefusedError // set if the platform refuses the key
	text    string               // follows the operation in the message: the host, the cause, the next step
	wait    time.Duration
	again   bool     // whether an immediate retry may succeed
	own     bool     // an error that the platform's API itself has answered with
	split   bool     // see SendError
	said    []string // see SendError
	doing   string   // names the operation, e.g. "read the assets of company 12".
}

func (f *failure) Error() string {
	text := f.doing + ": " + f.text
	if f.refused != nil {
		text = f.refused.Error() + ": " + text
	}
	return text
}

func (f *failure) Unwrap() []error {
	var all []error
	for _, err := range []error{f.kind, f.cause} {
		if err != nil {
			all = append(all, err)
		}
	}
	if f.refused != nil {
		all = append(all, f.refused)
	}
	return all
}
