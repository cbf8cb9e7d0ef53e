package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
)

// browser shows addresses of the web to a user who sits at this machine.
type browser struct {
	// system is runtime.GOOS.
	system string
	getenv func(string) string
}

// errNoDisplay says that a browser would show nothing to this user.
var errNoDisplay = errors.New("there is no display here")

// command is the program that shows an address, with its arguments.
func (b browser) command(address string) ([]string, error) {
	if !safetext.WebURL(address) {
		return nil, errors.New("the address is not one that a browser can be handed")
	}
	display := b.getenv("DISPLAY") != "" || b.getenv("WAYLAND_DISPLAY") != ""
	local := b.system == "darwin" || b.system == "windows"
	remote := b.getenv("SSH_CONNECTION") != "" || b.getenv("SSH_TTY") != ""
	switch own := b.getenv("BROWSER"); {
	case !display && (!local || remote):
		return nil, errNoDisplay
	case b.system == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}, nil
	case simpleProgram(own):
		return []string{own, address}, nil
	case b.system == "darwin":
		return []string{"open", address}, nil
	}
	return []string{"xdg-open", address}, nil
}

// simpleProgram says whether a value of BROWSER is the name or path of one program. The
// variable may hold a list, or a template with the address in it, which is left to xdg-open.
func simpleProgram(name string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-"
	return name != "" && name[0] != '-' && strings.Trim(name, plain) == ""
}

// failsWithin is how long a program that shows addresses has to fail; one that takes longer has
// most likely become the browser itself.
const failsWithin = time.Second

// open shows an address. What it starts outlives this process, gets no secret of this one's
// environment, and does not write on its terminal.
func (b browser) open(ctx context.Context, address string) error {
	words, err := b.command(address)
	if err != nil {
		return err
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return fmt.Errorf("%s is not installed here", words[0])
	}
	// The address is one argument, and the program the user's own choice or the system's.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, words[1:]...) //nolint:gosec // See above.
	cmd.Env = withoutSecrets(os.Environ())
	apart(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s cannot be started: %w", words[0], err)
	}
	ended := make(chan error, 1)
	safego.Go(ctx, func() { ended <- cmd.Wait() })
	patience := time.NewTimer(failsWithin)
	defer patience.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s could not show it: %w", words[0], err)
		}
	case <-patience.C:
	case <-ctx.Done():
	}
	return nil
}

// withoutSecrets is an environment without this program's own settings, some of which are
// secrets that a browser has no use for.
func withoutSecrets(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		return strings.HasPrefix(entry, "CONVISO_") || strings.HasPrefix(entry, "BACKSTAGE_")
	})
}
