//go:build !unix

package ownfile

import "io/fs"

// AsItIs is empty: neither links nor pipes are usual here.
const AsItIs = 0

// Mode bits mean nothing here, and a user's folder inherits that user's access list.
const guardsNothing = true

func ownedByUs(fs.FileInfo) (owner int, ours bool) { return 0, true }

func isOwner(fs.FileInfo) bool { return true }

func openToOthers(fs.FileInfo) bool { return false }
