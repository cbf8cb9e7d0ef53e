//go:build !unix

package host

import "os"

// HideEcho does nothing: how this system turns the echo off is not known.
func HideEcho(*os.File) (show func()) { return func() {} }
