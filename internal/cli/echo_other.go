//go:build !unix

package cli

import "os"

// hideEcho does nothing where the terminal's echo is not known.
func hideEcho(*os.File) (show func()) { return func() {} }
