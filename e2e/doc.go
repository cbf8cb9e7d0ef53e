// Package e2e runs the built program as its users do: in a terminal of its own, with keys
// and signals. It must not reach into the program's packages.
package e2e
