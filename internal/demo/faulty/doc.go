// Package faulty wraps the demo's catalog and platform for tests: with scripted faults,
// recorded requests, and access without a socket.
//
// It must not know what the servers of package demo answer. Only tests import it.
package faulty
