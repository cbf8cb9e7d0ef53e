package host

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
)

const (
	reportPrefix = "crash-"
	// keptReports is how many reports stay; a program that crashes at every start of a cron
	// job must not fill the disk.
	keptReports = 10
	// maxFault is how much of a fault's own words a report and the sentence about it hold,
	// in bytes.
	maxFault = 1000
	masked   = "[redacted]"
)

// credentials finds what looks like a secret, for those that nobody has announced.
var credentials = regexp.MustCompile(`(?i)(bearer\s+|x-api-key\W+|token\W+|://[^\s/@:]*:)[^\s"'@]+`)

// reports writes what is known of a fault of the program's own, for its authors. It must hold
// nothing that the user would not show: no environment, no arguments, no secrets.
type reports struct {
	// dir is the folder for reports; empty where there is none.
	dir           string
	name, version string
	command       string
	secrets       []secret.Secret
}

// write saves a report that its owner alone can read, and returns what to tell the user, whole
// lines that are safe to print.
func (r *reports) write(p safego.Panic) string {
	fault := safetext.Line(r.redact(fmt.Sprint(p.Value)))
	if len(fault) > maxFault {
		fault = strings.ToValidUTF8(fault[:maxFault], "") + "…"
	}
	text := fmt.Sprintf("version  %s\ntime     %s\nsystem   %s/%s, %s\ncommand  %s\nfault    %s\n\n%s",
		r.version, time.Now().UTC().Format(time.RFC3339), runtime.GOOS, runtime.GOARCH, runtime.Version(), r.command, fault,
		safetext.Block(strings.ReplaceAll(r.redact(string(p.Stack)), "\t", "    ")))
	path, err := r.save(text)
	sentence := fmt.Sprintf("%s: it ended because of a fault of its own: %s\n", r.name, fault)
	if err != nil {
		return sentence + fmt.Sprintf("%s: the report could not be saved (%s); please open an issue with this:\n%s\n",
			r.name, safetext.Line(err.Error()), text)
	}
	return sentence + fmt.Sprintf("%s: what was queued is kept on disk; please open an issue with the report %s\n", r.name, safetext.Line(path))
}

// save writes a report and removes the oldest of those that are too many.
func (r *reports) save(text string) (string, error) {
	if r.dir == "" {
		return "", fmt.Errorf("there is no folder for it; set CONVISO_STATE_DIR")
	}
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return "", err
	}
	name := fmt.Sprintf("%s%s-%d.txt", reportPrefix, time.Now().UTC().Format("20060102T150405.000"), os.Getpid())
	path := filepath.Join(r.dir, name)
	// A name that exists already is not ours to overwrite.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(text)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	r.prune()
	return path, err
}

// prune removes the oldest reports; their names begin with the time, and a folder lists them in
// that order.
func (r *reports) prune() {
	files, err := os.ReadDir(r.dir)
	if err != nil {
		return
	}
	var old []string
	for _, f := range files {
		if strings.HasPrefix(f.Name(), reportPrefix) && strings.HasSuffix(f.Name(), ".txt") {
			old = append(old, f.Name())
		}
	}
	for _, name := range old[:max(0, len(old)-keptReports)] {
		_ = os.Remove(filepath.Join(r.dir, name))
	}
}

// redact masks the secrets that are known, however they are written, and whatever looks like
// one.
func (r *reports) redact(text string) string {
	for _, s := range r.secrets {
		text = s.Mask(text)
	}
	return credentials.ReplaceAllString(text, "${1}"+masked)
}
