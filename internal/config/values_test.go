package config

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestCredentials checks systemd's credentials: after the variables, before the configuration files.
func TestCredentials(t *testing.T) {
	const file = "conviso: {apiKey: fake-of-the-file}"
	for name, c := range map[string]struct {
		env            map[string]string
		credential     string
		want, origin   string
		problem, reads string
	}{
		"used":          {credential: "\ufeff" + canary + "\n", want: canary, origin: "environment CREDENTIALS_DIRECTORY/conviso_api_key", reads: canary},
		"a variable":    {env: map[string]string{"CONVISO_API_KEY": "fake-variable"}, credential: canary, want: "fake-variable", origin: "environment CONVISO_API_KEY"},
		"a file's path": {env: map[string]string{"CONVISO_API_KEY_FILE": "key"}, credential: canary, want: "fake-key", origin: "environment CONVISO_API_KEY_FILE", reads: "fake-key"},
		"not there":     {want: "fake-of-the-file", origin: "app-config.yaml conviso.apiKey"},
		"empty":         {credential: " \n", problem: "CREDENTIALS_DIRECTORY/conviso_api_key is empty; write the secret into it"},
		"quoted":        {credential: "'fake'\n", problem: "CREDENTIALS_DIRECTORY/conviso_api_key " + inQuotes},
		"too large":     {credential: strings.Repeat("x", maxValueFile+1), problem: "CREDENTIALS_DIRECTORY/conviso_api_key cannot be read: it is too large; check LoadCredential= of the service"},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			write(t, "key", "fake-key")
			write(t, "app-config.yaml", file)
			dir := t.TempDir()
			t.Setenv("CREDENTIALS_DIRECTORY", dir)
			if c.credential != "" {
				write(t, dir+"/conviso_api_key", c.credential)
			}
			for variable, value := range c.env {
				t.Setenv(variable, value)
			}
			got, err := Load(Options{Files: []string{"app-config.yaml"}})
			if c.problem != "" {
				if got := sentences(t, err); !slices.Equal(got, []string{c.problem}) {
					t.Errorf("got %q, want %q", got, c.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if key := got.Conviso.Key.Reveal(); key != c.want || setting(t, got, "CONVISO_API_KEY").Origin != c.origin {
				t.Errorf("got %q of %q", key, setting(t, got, "CONVISO_API_KEY").Origin)
			}
			if c.reads == "" {
				return
			}
			if again, err := ReadSecret(got.Conviso.KeyFile); err != nil || again.Reveal() != c.reads {
				t.Errorf("the key is not read again from its file: %v", err)
			}
		})
	}
	bare(t)
	t.Setenv("CREDENTIALS_DIRECTORY", t.TempDir())
	write(t, os.Getenv("CREDENTIALS_DIRECTORY")+"/backstage_token", canary)
	if c := load(t, Options{}); c.Backstage.Token.Reveal() != canary || c.Backstage.TokenSetting != "CREDENTIALS_DIRECTORY/backstage_token" {
		t.Errorf("the token's setting is %q", c.Backstage.TokenSetting)
	}
}

// TestQuotationMarks checks that marks that a file of variables has left around a value are named:
// they are never taken off silently, and never sent.
func TestQuotationMarks(t *testing.T) {
	const named = " " + inQuotes
	secretFile := func(variable string) string { return variable + " names a file that" + named }
	for name, c := range map[string]struct {
		variable, value, file, want string
	}{
		"single":         {variable: "CONVISO_API_KEY", value: "'fake'", want: "CONVISO_API_KEY" + named},
		"double":         {variable: "CONVISO_API_KEY", value: `"fake"`, want: "CONVISO_API_KEY" + named},
		"backquotes":     {variable: "BACKSTAGE_TOKEN", value: "`fake`", want: "BACKSTAGE_TOKEN" + named},
		"of a text":      {variable: "BACKSTAGE_TOKEN", value: "\u201cfake\u201d", want: "BACKSTAGE_TOKEN" + named},
		"blanks inside":  {variable: "BACKSTAGE_TOKEN", value: `" fake "`, want: "BACKSTAGE_TOKEN" + named},
		"nothing inside": {variable: "BACKSTAGE_TOKEN", value: `""`, want: "BACKSTAGE_TOKEN" + named},
		"key file":       {variable: "CONVISO_API_KEY_FILE", value: "quoted", want: secretFile("CONVISO_API_KEY_FILE")},
		"token file":     {variable: "BACKSTAGE_TOKEN_FILE", value: "quoted", want: secretFile("BACKSTAGE_TOKEN_FILE")},
		"a file's path":  {variable: "CONVISO_API_KEY_FILE", value: "'quoted'", want: "CONVISO_API_KEY_FILE" + named},
		"app-config":     {file: `conviso: {apiKey: '"fake"'}`, want: "conviso.apiKey in app-config.yaml" + named},
		"through $file":  {file: "conviso: {apiKey: {$file: quoted}}", want: "conviso.apiKey in app-config.yaml" + named},
		"through a variable": {variable: "QUOTED", value: "'fake'", file: "conviso: {apiKey: '${QUOTED}'}",
			want: "conviso.apiKey in app-config.yaml" + named},
		"static token": {file: `backend: {auth: {externalAccess: [{type: static, options: {token: "'fake'"}}]}}`,
			want: "backend.auth.externalAccess[0].options.token in app-config.yaml" + named},
		"a folder":  {variable: "CONVISO_STATE_DIR", value: "'/var/lib/ci'", want: "CONVISO_STATE_DIR" + named},
		"a CA file": {variable: "CONVISO_CA_FILE", value: `"/etc/ca.pem"`, want: "CONVISO_CA_FILE" + named},
		"a URL":     {variable: "BACKSTAGE_URL", value: `"https://b.example.com"`, want: "BACKSTAGE_URL" + named},
		"a company": {variable: "CONVISO_COMPANY_ID", value: `"1028"`, want: "CONVISO_COMPANY_ID" + named},
	} {
		t.Run(name, func(t *testing.T) {
			bare(t)
			write(t, "quoted", "\"fake\"\r\n")
			if c.variable != "" {
				t.Setenv(c.variable, c.value)
			}
			var o Options
			if c.file != "" {
				write(t, "app-config.yaml", c.file)
				o.Files = []string{"app-config.yaml"}
			}
			_, err := Load(o)
			if got := sentences(t, err); !slices.Equal(got, []string{c.want}) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	bare(t)
	t.Setenv("NO_COLOR", `"1"`)
	for _, key := range []string{"it's-fake", "fake'", `"fake`} {
		t.Setenv("CONVISO_API_KEY", key)
		if c := load(t, Options{}); !c.NoColor || c.Conviso.Key.Reveal() != key {
			t.Error("marks that enclose nothing, and any text of NO_COLOR, are right")
		}
	}
	t.Setenv("CONVISO_STATE_DIR", "'/var/lib/ci'")
	if got := StateDir(); strings.Contains(got, "'") {
		t.Errorf("a report would go to %s", got)
	}
}

// TestCompanyID checks that one company has one number, however it is written.
func TestCompanyID(t *testing.T) {
	bare(t)
	for text, want := range map[string]string{
		"1028": "1028", " 1028 ": "1028", "01028": "1028", "+1028": "1028", "+01028\n": "1028", "00000000000000000000001": "1",
		"999999999999999999": "999999999999999999", "0": "", "000": "", "+": "", "-1028": "", "1 028": "", "1,028": "", "1.028": "", "1028.0": "",
		"0x404": "", "1e3": "", "++1": "", "\uff11\uff10": "", "1999999999999999999": "", "1028a": "",
	} {
		for _, where := range []string{"variable", "flag", "file"} {
			t.Setenv("CONVISO_COMPANY_ID", "")
			var o Options
			switch where {
			case "variable":
				t.Setenv("CONVISO_COMPANY_ID", text)
			case "flag":
				o.Flags.CompanyID = text
			default:
				write(t, "app-config.yaml", "conviso: {companyId: '"+strings.TrimSpace(text)+"'}")
				o.Files = []string{"app-config.yaml"}
			}
			c, err := Load(o)
			switch {
			case want == "" && err == nil:
				t.Errorf("%s %q is %q", where, text, c.Conviso.CompanyID)
			case want == "" && !strings.Contains(err.Error(), "must be a company's number"):
				t.Errorf("%s %q: %v", where, text, err)
			case want != "" && (err != nil || c.Conviso.CompanyID != want):
				t.Errorf("%s %q is not %s: %v", where, text, want, err)
			}
		}
	}
}
