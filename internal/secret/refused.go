package secret

// RefusedError is a secret that the server refuses or misses. It names the setting to correct.
type RefusedError struct {
	// Setting is the secret's source, such as CONVISO_API_KEY_FILE or a key of app-config.yaml. It
	// is safe to show.
	Setting string
	// By is the server, as users know it.
	By string
	// Missing reports that the server got no secret.
	Missing bool
	// Rereads reports that the next try reads the file again.
	Rereads bool
}

// Error begins with the setting, which a narrow screen must not cut.
func (e *RefusedError) Error() string {
	if e.Missing {
		return e.Setting + " is wanted by " + e.By
	}
	return e.Setting + " is refused by " + e.By
}

// SettingOf returns given, or else the variable of the secret or of its file.
func SettingOf(given, variable string, rereads bool) string {
	switch {
	case given != "":
		return given
	case rereads:
		return variable + "_FILE"
	}
	return variable
}
