package cli

import (
	"conviso-importer/internal/config"
	"conviso-importer/internal/secret"
)

// reread returns what reads a secret again from its file, nil where it comes from none. What
// it reads is kept out of reports.
func (a *app) reread(path string) func() (secret.Secret, bool) {
	if path == "" {
		return nil
	}
	return func() (secret.Secret, bool) {
		fresh, err := config.ReadSecret(path)
		if err != nil {
			return secret.Secret{}, false
		}
		a.end.Hide(fresh)
		return fresh, true
	}
}
