package ownfile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// mostLinks is the system's own limit.
const mostLinks = 40

// ReachError is a file that other users can change. Its text says how and what to do.
type ReachError struct{ how string }

func (e *ReachError) Error() string { return e.how }

// Guard fails, with a ReachError, unless the user and root alone decide what is read from path: the file, every folder and
// every link on the way to it are theirs, and nobody else may write to them. In a folder with the sticky
// bit, such as /tmp, everybody may write, but only replace what is theirs. What is mounted read-only, as
// containers get their configuration, is written by nobody whatever its owner and mode say.
func Guard(path string) error {
	if !filepath.IsAbs(path) {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		// Not Join: it would take "link/.." for nothing.
		path = here + string(filepath.Separator) + path
	}
	g := guard{left: split(path)}
	if err := g.walk(); err != nil {
		return err
	}
	if len(g.open) > 0 {
		return &ReachError{fmt.Sprintf("other users can write to %s; run chmod go-w %s", strings.Join(g.open, ", "), quoted(g.open))}
	}
	return nil
}

// guard is a way from the root folder to a file.
type guard struct {
	at    string   // the folder that was reached, free of links
	left  []string // the names that lead on from there
	links int
	open  []string // what other users may write to
}

func (g *guard) walk() error {
	if guardsNothing {
		return nil
	}
	g.at = "/"
	if err := g.judge(g.at); err != nil {
		return err
	}
	for len(g.left) > 0 {
		name := g.left[0]
		g.left = g.left[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			g.at = filepath.Dir(g.at)
			continue
		}
		// What a descriptor of this process refers to was opened by whoever started it.
		if g.at == "/proc" || g.at == "/dev/fd" {
			return nil
		}
		if err := g.judge(filepath.Join(g.at, name)); err != nil {
			return err
		}
	}
	return nil
}

// judge looks at the next step of the way and goes there, or to where its link points.
func (g *guard) judge(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if err := madeByUs(path, info); err != nil {
			return &ReachError{err.Error() + "; name a copy in a folder of your own"}
		}
		return g.follow(path)
	}
	g.at = path
	if owner, ours := ownedByUs(info); !ours && !onReadOnly(path) {
		return &ReachError{fmt.Sprintf("%s belongs to user %d, who can change it; name a copy in a folder of your own", path, owner)}
	}
	sticky := info.IsDir() && info.Mode()&fs.ModeSticky != 0
	device := info.Mode()&fs.ModeDevice != 0 // It keeps nothing that is written to it.
	if openToOthers(info) && !sticky && !device && !onReadOnly(path) {
		g.open = append(g.open, path)
	}
	return nil
}

func (g *guard) follow(link string) error {
	target, err := os.Readlink(link)
	if err != nil {
		return err
	}
	if g.links++; g.links > mostLinks {
		return &fs.PathError{Op: "open", Path: link, Err: syscall.ELOOP}
	}
	if filepath.IsAbs(target) {
		g.at = "/"
	}
	g.left = append(split(target), g.left...)
	return nil
}

func split(path string) []string { return strings.Split(path, string(filepath.Separator)) }

func quoted(paths []string) string {
	words := make([]string, len(paths))
	for i, path := range paths {
		words[i] = fmt.Sprintf("%q", path)
	}
	return strings.Join(words, " ")
}
