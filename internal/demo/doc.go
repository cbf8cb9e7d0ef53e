// Package demo implements a Backstage catalog and a Conviso platform in this process, for
// trying the product without own systems and, wrapped by package faulty, for the tests of other
// packages.
//
// It implements both protocols as a server and must not know this project's clients: without
// shared types a mistake in one cannot hide in the other.
package demo
