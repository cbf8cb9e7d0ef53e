package conviso

import (
	"errors"
	"time"

	"conviso-importer/internal/secret"
)

// Errors that callers tell apart with errors.Is. What users read is the sentence of the
// error that wraps them.
var (
	// ErrAuth: the key is refused, or it may not see the company.
	ErrAuth = errors.New("access denied")
	// ErrUnavailable: the platform cannot be reached, fails or refuses for now; the same
	// request may succeed later.
	ErrUnavailable = errors.New("platform unavailable")
	// ErrNotGraphQL: something answered that is not the platform's API, or an answer that
	// does not fit its schema.
	ErrNotGraphQL = errors.New("not an answer of the platform's API")
	// ErrNoIntegration: the platform knows no integration of this instance.
	ErrNoIntegration = errors.New("no integration")
	// ErrIncomplete: a list changed while it was read, so that parts may be missing.
	ErrIncomplete = errors.New("incomplete")
	// ErrFilterRefused: the platform refuses to narrow a list down; the whole list may still
	// be read.
	ErrFilterRefused = errors.New("the platform refuses the filter")
	// ErrOffline: nothing may be read from the platform.
	ErrOffline = errors.New("offline")
)

// Class says what is known of the fate of an import that failed, which decides whether and
// how it may be sent again.
type Class int

// The classes.
const (
	// NotSent: the platform has certainly not seen the request.
	NotSent Class = iota + 1
	// Rejected: the platform refused before doing anything (429); send again after Wait.
	Rejected
	// Ambiguous: the request may have been carried out; read back before sending again.
	Ambiguous
	// Permanent: the platform refused what was sent; the same again is refused again.
	Permanent
	// Auth: the key or its rights are refused; nothing else will be taken either.
	Auth
)

// String returns the class in words.
func (c Class) String() string {
	switch c {
	case NotSent:
		return "not sent"
	case Rejected:
		return "rejected"
	case Ambiguous:
		return "ambiguous"
	case Permanent:
		return "permanent"
	case Auth:
		return "auth"
	}
	return "unknown"
}

// SendError is an import that failed.
type SendError struct {
	Class Class
	// Wait is how long to wait before sending again, where the platform says so.
	Wait time.Duration
	// Err is the cause: one sentence for users, and the Err values of this package.
	Err error
}

// Error returns the cause's sentence.
func (e *SendError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// failure is a request that failed: what it means and the sentence that says so.
type failure struct {
	class Class
	// kind is one of the Err values, or nil.
	kind error
	// cause is the underlying error, or nil.
	cause error
	// refused names the setting at fault where the platform refuses the key.
	refused *secret.RefusedError
	// text is the sentence behind the operation's name: the host, the cause, the next step.
	text string
	// wait is what the platform asked for before the next try.
	wait time.Duration
	// again reports that the same request may succeed if sent again soon.
	again bool
	// doing is the operation's name, e.g. "read the assets of company 12".
	doing string
}

// Error implements error.
func (f *failure) Error() string {
	text := f.doing + ": " + f.text
	if f.refused != nil {
		text = f.refused.Error() + ": " + text
	}
	return text
}

// Unwrap implements the interface of errors.Is and errors.As.
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
