//go:build !linux

package sqlfile

// OnNetwork cannot tell here; homes on a network are a matter of Linux jump hosts.
func OnNetwork(string) bool { return false }
