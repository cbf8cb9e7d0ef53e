package host

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

// Browser shows web pages to a user who sits at this machine.
type Browser struct {
	System string
	Getenv func(string) string
}

var errNoDisplay = errors.New("there is no display here")

// command returns the program that opens the address, with its arguments.
func (b Browser) command(address string) ([]string, error) {
	if !safetext.WebURL(address) {
		return nil, errors.New("the address is not one that a browser can be handed")
	}
	display := b.Getenv("DISPLAY") != "" || b.Getenv("WAYLAND_DISPLAY") != ""
	local := b.System == "darwin" || b.System == "windows"
	remote := b.Getenv("SSH_CONNECTION") != "" || b.Getenv("SSH_TTY") != ""
	switch own := b.Getenv("BROWSER"); {
	case !display && (!local || remote):
		return nil, errNoDisplay
	case b.System == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}, nil
	case simpleProgram(own):
		return []string{own, address}, nil
	case b.System == "darwin":
		return []string{"open", address}, nil
	}
	return []string{"xdg-open", address}, nil
}

// simpleProgram reports whether BROWSER is one program. Lists and templates are left to xdg-open.
func simpleProgram(name string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-"
	return name != "" && name[0] != '-' && strings.Trim(name, plain) == ""
}

// failsWithin is how long Open waits for an error; a program that runs longer is probably the
// browser itself.
const failsWithin = time.Second

// Open opens an address in a program that outlives this process, without its secrets and terminal.
func (b Browser) Open(ctx context.Context, address string) error {
	words, err := b.command(address)
	if err != nil {
		return err
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return fmt.Errorf("%s is not installed here", words[0])
	}
	// The address is one argument, the program is the user's or the system's choice.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, words[1:]...) //nolint:gosec // See above.
	cmd.Env = withoutSecrets(os.Environ())
	detach(cmd)
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

// withoutSecrets drops this program's own settings from env.
func withoutSecrets(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		return strings.HasPrefix(entry, "CONVISO_") || strings.HasPrefix(entry, "BACKSTAGE_")
	})
}
