// Package ownfile decides whose files the program reads and writes. Its own, in the folders of state and
// cache, are regular files of the user's in a private folder. What it obeys, the configuration, must be out
// of reach of other users. What the user names besides is read as it is, but never without end. Root counts
// as the user everywhere: it can change all of this anyway. The package must not know what is in the files.
package ownfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// othersMayWrite are the mode bits that let a group or everybody write. Like ssh, this takes every group
// for other users: whether nobody else is in a group cannot be found out reliably, least of all where
// groups come from a directory service.
const othersMayWrite = 0o022

const ownMode = 0o600

// Folder creates a folder of the program's if needed and checks that it is private: another user who may
// write to it could replace a file in it by a link.
func Folder(dir string) error {
	err := checkFolder(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return checkFolder(dir)
}

func checkFolder(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		// systemd links state folders, and people move theirs to another disk. Anybody else could
		// redirect the link at any time.
		if err := madeByUs(dir, info); err != nil {
			return err
		}
		if info, err = os.Stat(dir); err != nil {
			return err
		}
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	if owner, ours := ownedByUs(info); !ours {
		return fmt.Errorf("%s belongs to user %d", dir, owner)
	}
	if openToOthers(info) {
		return fmt.Errorf("other users can write to it (chmod 700 %q mends that)", dir)
	}
	return nil
}

func madeByUs(path string, link fs.FileInfo) error {
	if _, ours := ownedByUs(link); !ours {
		return fmt.Errorf("%s is a symbolic link that somebody else made", path)
	}
	return nil
}

// CheckLink fails for a link that neither the user nor root made.
func CheckLink(path string) error {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return madeByUs(path, info)
	}
	return nil
}

// ErrNotOurs marks a link, a pipe or another user's file where one of the program's belongs. A folder
// there can be neither read nor written by mistake.
var ErrNotOurs = errors.New("it is not this program's")

type notOursError string

func (e notOursError) Error() string        { return string(e) }
func (e notOursError) Is(target error) bool { return target == ErrNotOurs }

// Check fails unless the file at path is a regular file of the user's, or not there.
func Check(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return checkFile(path, info)
}

func checkFile(path string, info fs.FileInfo) error {
	if info.IsDir() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	if !info.Mode().IsRegular() {
		return notOursError(path + " is not a regular file")
	}
	if owner, ours := ownedByUs(info); !ours {
		return notOursError(fmt.Sprintf("%s belongs to user %d", path, owner))
	}
	return nil
}

// Open opens a file of the program's as os.OpenFile does. With os.O_CREATE it also makes the folder. It
// checks the folder first, follows no link and never waits for the other end of a pipe. The file becomes its
// owner's alone.
func Open(path string, flag int) (*os.File, error) {
	check := checkFolder
	if flag&os.O_CREATE != 0 {
		check = Folder
	}
	if err := check(filepath.Dir(path)); err != nil {
		return nil, err
	}
	// Linux refuses a link with an error about loops.
	if err := Check(path); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, flag|AsItIs, ownMode)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		err = checkFile(path, info)
	}
	if err == nil {
		err = private(file, info)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// private leaves the mode to root where root owns the file.
func private(file *os.File, info fs.FileInfo) error {
	if info.Mode().Perm() == ownMode || !openToOthers(info) && !isOwner(info) {
		return nil
	}
	return file.Chmod(ownMode)
}

// Read reads a small file of the program's.
func Read(path string, limit int64) ([]byte, error) {
	file, err := Open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return ReadAll(file, limit)
}

// Write replaces a file of the program's atomically, and makes its folder if needed.
func Write(path string, doc []byte) error {
	dir, name := filepath.Split(path)
	if err := Folder(filepath.Clean(dir)); err != nil {
		return err
	}
	part, err := os.CreateTemp(dir, name+"-*.part")
	if err != nil {
		return err
	}
	_, err = part.Write(doc)
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}

// ErrTooLarge marks a file that is longer than its reader's limit, or endless.
var ErrTooLarge = errors.New("it is too large")

// ReadAll reads all of in, or returns ErrTooLarge above limit bytes.
func ReadAll(in io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, ErrTooLarge
	}
	return data, nil
}
