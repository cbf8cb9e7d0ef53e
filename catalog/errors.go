package catalog

import (
	"errors"
	"fmt"
)

// Classes of failure, independent of the client that reports them, so that the engine and the
// front ends can test for them with errors.Is. More specific errors wrap them; errors about a
// server's wrong answers stay with the client.
var (
	ErrAuth = errors.New("the catalog refuses access")
	// ErrNoToken: the catalog requires a token and none is set.
	ErrNoToken = fmt.Errorf("%w: no token is set", ErrAuth)
	// ErrTokenRefused: the catalog does not accept the token.
	ErrTokenRefused = fmt.Errorf("%w: the token is refused", ErrAuth)
	// ErrForbidden: the token is valid but may not read the catalog.
	ErrForbidden = fmt.Errorf("%w: the token may not read it", ErrAuth)

	ErrUnavailable = errors.New("the catalog is unavailable") // retrying later may help

	// ErrOffline: only the catalog itself could answer.
	ErrOffline = errors.New("the catalog is not read while offline")
)
