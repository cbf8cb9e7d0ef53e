package config

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/secret"
)

// secret reads a secret from its variable, its _FILE variable, systemd's credentials or the
// configuration files. It also returns the path of the secret's own file and the name of its setting.
func (l *loader) secret(variable, text, path string, otherwise func() found) (value secret.Secret, file, setting string) {
	f := l.pick(variable, text, "")
	source := l.pick(variable+"_FILE", path, "")
	switch {
	case f.text != "" && source.text != "":
		l.problem(variable + " and " + variable + "_FILE are both set; unset one of them")
	case source.text != "":
		f, file = source, source.text
		text, exposed := l.fromSecretFile(file, f.name+" names a file that", "set it to the path of a file that holds the secret")
		f.text = text
		if exposed {
			l.warn(source.name + " names a file whose mode lets every user of this machine read it; run chmod 600 on that file if it is yours")
		}
	case f.text == "":
		if f, file = l.credential(variable); file == "" {
			f = otherwise()
		}
	}
	value = secret.New(parse(l, f, "", token))
	if f.exposed {
		l.warn(f.name + " is a secret that other users of this machine can read; run chmod 600 on that file, or write ${" + variable + "} there")
	}
	l.show(variable, value.String(), f)
	return value, file, f.name
}

// credential returns the secret that systemd has placed for a service, and its file's path.
func (l *loader) credential(variable string) (f found, path string) {
	dir, name := strings.TrimSpace(l.vars.SystemdCredentials), strings.ToLower(variable)
	if !filepath.IsAbs(dir) {
		return found{}, ""
	}
	path = filepath.Join(dir, name)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return found{}, ""
	}
	f.name = "CREDENTIALS_DIRECTORY/" + name
	f.origin = "environment " + f.name
	f.text, _ = l.fromSecretFile(path, f.name, "check LoadCredential= of the service")
	return f, path
}

// fromSecretFile reads a secret's file; subject begins a message about it, and next is what to do
// about a file that cannot be read.
func (l *loader) fromSecretFile(path, subject, next string) (text string, exposed bool) {
	text, exposed, err := secretFile(path)
	switch {
	case err == nil:
		return text, exposed
	case errors.Is(err, errContent):
		l.problem(subject + " " + err.Error())
	default:
		l.problem(subject + " cannot be read: " + cause(err) + "; " + next)
	}
	return "", false
}

// ReadSecret reads a secret again from its own file. A pipe gives what it has only once.
func ReadSecret(path string) (secret.Secret, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return secret.Secret{}, cmp.Or(err, error(contentError("is not a regular file, so it cannot be read twice")))
	}
	text, _, err := secretFile(path)
	if err == nil {
		text, err = token(text)
	}
	if err != nil {
		return secret.Secret{}, err
	}
	return secret.New(text), nil
}

// errContent marks a secret's file that was read and holds no secret. Its text is a clause.
var errContent = errors.New("holds no secret")

type contentError string

func (e contentError) Error() string        { return string(e) }
func (e contentError) Is(target error) bool { return target == errContent }

// secretFile reads a secret's file, without a byte order mark and white space around. It is exposed
// if everybody may read it; a group is a usual way to give a service its secret.
func secretFile(path string) (text string, exposed bool, err error) {
	data, info, err := ownfile.ReadNamed(path, maxValueFile)
	if err != nil {
		return "", false, err
	}
	switch text = plainText(data); {
	case text == "":
		return "", false, contentError("is empty; write the secret into it")
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"):
		return "", false, contentError("is UTF-16 text; save it as UTF-8")
	case enclosed(text):
		return "", false, contentError(inQuotes)
	}
	return text, info.Mode().IsRegular() && info.Mode().Perm()&0o004 != 0, nil
}
