package home

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
)

// Machine is a computer as a queue remembers it.
type Machine struct {
	ID   string `json:"id"`   // a hash of its id; empty where it has none
	Host string `json:"host"` // its name, for people
}

// IDFile is where systemd and most containers keep a machine's id.
const IDFile = "/etc/machine-id"

// application is the key of the hash: machine-id(5) asks that the id itself leaves no machine.
const application = "conviso-importer: the machines of a queue"

const idDigits = 32

// This is the machine that the program runs on, by the id in a file like IDFile, or by a name that the user
// has set where the file has none.
func This(file, name string) Machine {
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	id := readID(file)
	if id == nil {
		id = []byte(strings.TrimSpace(name))
	}
	if len(id) == 0 {
		return Machine{Host: host}
	}
	mac := hmac.New(sha256.New, id)
	_, _ = io.WriteString(mac, application) // A hash takes everything.
	return Machine{ID: hex.EncodeToString(mac.Sum(nil))[:idDigits], Host: host}
}

// readID returns nil where a file has no id: images are built with an empty one, or with "uninitialized".
func readID(file string) []byte {
	in, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer func() { _ = in.Close() }()
	doc, err := io.ReadAll(io.LimitReader(in, 2*idDigits))
	if err != nil {
		return nil
	}
	text := strings.TrimSpace(string(doc))
	id, err := hex.DecodeString(text)
	if err != nil || len(text) != idDigits || strings.Trim(text, "0") == "" {
		return nil
	}
	return id
}

// Unguarded says that a machine has no id, so that a copied queue is not noticed; empty where it has one.
func (m Machine) Unguarded() string {
	if m.ID != "" {
		return ""
	}
	return "this machine has no id in " + IDFile + ", so a queue that was copied here is not noticed; set CONVISO_MACHINE_ID to a text of its own"
}
