// Package demo holds a Backstage catalog and a Conviso platform that live in this process
// and answer as the real ones do. They stand behind the demo, where somebody tries the
// product without a system of their own, and, wrapped by package faulty, behind the tests of
// the other packages.
//
// It knows both protocols as a server knows them and must know nothing of this project's
// clients: it shares no type with them, so that a mistake in one cannot hide in the other.
package demo
