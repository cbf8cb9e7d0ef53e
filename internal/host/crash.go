package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
)

const (
	reportPrefix = "crash-"
	keptReports  = 10   // keeps a cron job that always crashes from filling the disk
	maxFault     = 1000 // limits the panic's own text, in bytes
	masked       = "[redacted]"
)

// credentials matches text that looks like a secret.
var credentials = regexp.MustCompile(`(?i)(bearer\s+|x-api-key\W+|token\W+|://[^\s/@:]*:)[^\s"'@]+`)

// reports writes crash reports, for an issue: no environment, arguments or secrets.
type reports struct {
	dir           string // empty where there is no folder for reports
	name, version string
	command       string
	secrets       []secret.Secret
}

// write saves a report and returns what to tell the user, as whole printable lines.
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

func (r *reports) save(text string) (string, error) {
	if r.dir == "" {
		return "", errors.New("there is no folder for it; set CONVISO_STATE_DIR")
	}
	if err := ownfile.Folder(r.dir); err != nil {
		return "", err
	}
	name := fmt.Sprintf("%s%s-%d.txt", reportPrefix, time.Now().UTC().Format("20060102T150405.000"), os.Getpid())
	path := filepath.Join(r.dir, name)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(text)
	err = errors.Join(err, file.Close())
	r.prune()
	return path, err
}

// prune removes the oldest reports; names begin with the time, and ReadDir sorts them.
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

// redact masks known secrets and whatever looks like one.
func (r *reports) redact(text string) string {
	for _, s := range r.secrets {
		text = s.Mask(text)
	}
	return credentials.ReplaceAllString(text, "${1}"+masked)
}
