package secret

// RefusedError is a secret that the other side refuses or misses. It names the setting to look at,
// which is the way out, and is the same in every client and front end.
type RefusedError struct {
	// Setting is where the secret comes from, such as CONVISO_API_KEY_FILE, or a key of
	// app-config.yaml. It is safe to show.
	Setting string
	// By is the other side, as users know it.
	By string
	// Missing reports that no secret arrived there.
	Missing bool
	// Rereads reports that the next try reads the secret from its file again.
	Rereads bool
}

// Error names the setting first: it is what a narrow screen must not cut.
func (e *RefusedError) Error() string {
	if e.Missing {
		return e.Setting + " is wanted by " + e.By
	}
	return e.Setting + " is refused by " + e.By
}

// SettingOf names where a secret comes from: what is given, or else the variable, or the one of its
// file where the secret is read again from there.
func SettingOf(given, variable string, rereads bool) string {
	switch {
	case given != "":
		return given
	case rereads:
		return variable + "_FILE"
	}
	return variable
}
