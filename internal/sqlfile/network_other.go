//go:build !linux

package sqlfile

// OnNetwork is false here; only Linux hosts are known to have homes on a network.
func OnNetwork(string) bool { return false }
