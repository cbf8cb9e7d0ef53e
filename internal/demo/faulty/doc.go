// Package faulty is the demo's catalog and platform as tests need them: their faults are
// scripted, their requests recorded, and they can be reached without a socket.
//
// It stands in front of the servers of package demo and must know nothing of what they
// answer. Only tests import it.
package faulty
