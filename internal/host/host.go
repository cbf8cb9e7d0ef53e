// Package host is the machine and the terminal that the program runs on: signals and the ways a
// run ends, job control, crash reports, the log file, clipboard, browser and locale. It must not
// know what the program does or shows: no command, no engine and no screen.
package host
