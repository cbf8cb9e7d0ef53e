// Package conformance plays the same stories through the table, line mode and the commands,
// each on an engine of its own between two fake systems, and compares what they have decided
// and what they say of it: which entities were sent and how often, what is in the queue
// afterwards, the lines of the review, the figures at the end. It has tests alone.
//
// It must not know how a front end works. It presses keys, writes lines and runs command
// lines, and it reads the screen, the output, the queue and what the platform was sent.
package conformance
