package lines

import (
	"context"
	"errors"
	"strings"
	"testing"

	"conviso-importer/conviso"
	"conviso-importer/internal/secret"
	"conviso-importer/ui"
	"conviso-importer/ui/intro"
)

// typed is an input with these lines.
func typed(t *testing.T, text string) *Input {
	t.Helper()
	return NewInput(t.Context(), strings.NewReader(text), nil)
}

// TestPickCompany: a company is chosen by number or id; an error asks again.
func TestPickCompany(t *testing.T) {
	t.Parallel()
	companies := []conviso.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "7", Label: "Acme\x1b[2JLabs"}}
	for text, want := range map[string]string{"1\n": "1042", "x\n0\n3\n2\n": "7", "7\n": "7", " 1042 \r\n": "1042", "q\n": "", "": "", "\n": ""} {
		var out buffer
		got, err := PickCompany(t.Context(), companies, Options{Options: ui.Options{Out: &out}, Input: typed(t, text)})
		if got.ID != want || (want == "") != errors.Is(err, intro.ErrCancelled) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		if !strings.Contains(out.String(), "1  1042  Acme Bank\n") || strings.Contains(out.String(), "\x1b") {
			t.Errorf("%q", out.String())
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := PickCompany(ctx, companies, Options{Options: ui.Options{Out: &buffer{}}, Input: &Input{}}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}

// TestFirstRun: input is tested and kept, secrets are not echoed, and an error costs one line.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	const badKey, goodKey = "bad-key-canary", "good-key-canary"
	run := func(text string) (choice intro.Choice, out string, hidden int, err error) {
		var w buffer
		in := NewInput(t.Context(), strings.NewReader(text), func() func() { hidden++; return func() { hidden += 100 } })
		choice, err = RunFirstRun(t.Context(), intro.Setup{
			TestCatalog: func(_ context.Context, url string, _ secret.Secret) error {
				if url != "https://b.test" {
					return errors.New("the Backstage URL has no host")
				}
				return nil
			},
			TestPlatform: func(_ context.Context, key secret.Secret) error {
				if key.Reveal() != goodKey {
					return errors.New("the platform said 401")
				}
				return nil
			}}, Options{Options: ui.Options{Out: &w}, Input: in})
		return choice, w.String(), hidden, err
	}
	choice, out, hidden, err := run("https://b.test\ntoken-canary\n\n" + badKey + "\n\n\n" + goodKey + "\n")
	if err != nil || choice.URL != "https://b.test" || choice.Token.Reveal() != "token-canary" || choice.Key.Reveal() != goodKey {
		t.Errorf("%+v, %v", choice, err)
	}
	if !strings.Contains(out, "! Conviso: The platform said 401") || !strings.Contains(out, "Conviso: ok.") || strings.Contains(out, "canary") {
		t.Errorf("it says\n%s", out)
	}
	if hidden != 505 {
		t.Errorf("the echo was stopped and started again: %d", hidden)
	}
	// What the terminal says meanwhile is no part of an answer.
	choice, _, _, err = run("\x1b]11;rgb:0000/0000/0000\x1b\\https://b.test\n\x1bP>|tmux 3.5a\x1b\\token-\x1b[?62;22c\x1b[Acanary\n" + goodKey + "\x1b]10;x\a\n")
	if err != nil || choice.URL != "https://b.test" || choice.Token.Reveal() != "token-canary" || choice.Key.Reveal() != goodKey {
		t.Errorf("with a terminal's messages: %+v, %v", choice, err)
	}
	if choice, _, _, err := run("demo\n"); err != nil || !choice.Demo {
		t.Errorf("demo: %+v, %v", choice, err)
	}
	for _, text := range []string{"", "q\n", "https://b.test\n", "https://b.test\n\n", "https://b.test\n\n" + badKey + "\n", "\n\n\n"} {
		if choice, _, _, err := run(text); err != nil || choice.URL != "" || choice.Demo {
			t.Errorf("%q: %+v, %v", text, choice, err)
		}
	}
}
