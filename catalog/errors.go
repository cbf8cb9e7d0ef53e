package catalog

import (
	"errors"
	"fmt"
)

// The classes of failure that decide what happens next, whichever program the catalog is read
// from: the engine stops or waits, a command picks its exit code and a screen its advice. They
// stand here and not with the client that reports them, so that engine and front ends can test
// for them without knowing any client. What only says how a server answered wrongly stays with
// its client. The finer errors wrap their class.
var (
	// ErrAuth is met when the catalog refuses access.
	ErrAuth = errors.New("the catalog refuses access")
	// ErrNoToken is met when the catalog wants a token and none is set.
	ErrNoToken = fmt.Errorf("%w: no token is set", ErrAuth)
	// ErrTokenRefused is met when the catalog does not accept the token.
	ErrTokenRefused = fmt.Errorf("%w: the token is refused", ErrAuth)
	// ErrForbidden is met when the token is good but may not read the catalog.
	ErrForbidden = fmt.Errorf("%w: the token may not read it", ErrAuth)

	// ErrUnavailable is met when trying again later may help.
	ErrUnavailable = errors.New("the catalog is unavailable")

	// ErrOffline is met when something was asked that only the catalog itself could answer.
	ErrOffline = errors.New("the catalog is not read while offline")
)
