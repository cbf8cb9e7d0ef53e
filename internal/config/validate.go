package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"conviso-importer/internal/safetext"
)

const (
	defaultRate = 1000
	maxRate     = 1200

	defaultSettle = 5 * time.Minute
	minSettle     = time.Second

	defaultTTL = 24 * time.Hour
	minTTL     = time.Second

	defaultInterval = time.Hour
	minInterval     = time.Minute

	defaultKeep   = 400    // in days
	maxKeep       = 36_500 // in days
	defaultPerRun = 200
	maxPerRun     = 1_000_000

	maxCompanyDigits = 18
)

// parse converts a value, or returns fallback if it is missing or wrong. The error of read is a
// clause that follows the setting's name and quotes no value: it may be a misplaced secret.
func parse[T any](l *loader, f found, fallback T, read func(string) (T, error)) T {
	if f.text == "" {
		return fallback
	}
	v, err := read(f.text)
	if err != nil {
		l.problem(f.name + " " + err.Error())
		return fallback
	}
	return v
}

// companyID returns a company's number in its only form: 01028 and +1028 are 1028.
func companyID(text string) (string, error) {
	digits := strings.TrimLeft(strings.TrimPrefix(text, "+"), "0")
	if digits == "" || len(digits) > maxCompanyDigits || strings.Trim(digits, "0123456789") != "" {
		return "", errors.New("must be a company's number, digits alone; it stands in the platform's web address after you have chosen the company")
	}
	return digits, nil
}

// oneOf ignores case and returns the word as listed.
func oneOf(words ...string) func(string) (string, error) {
	return func(text string) (string, error) {
		i := slices.IndexFunc(words, func(word string) bool { return strings.EqualFold(word, text) })
		if i < 0 {
			last := len(words) - 1
			return "", fmt.Errorf("must be %s or %s", strings.Join(words[:last], ", "), words[last])
		}
		return words[i], nil
	}
}

func between(low, high int) func(string) (int, error) {
	return func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < low || n > high {
			return 0, fmt.Errorf("must be a whole number from %d to %d", low, high)
		}
		return n, nil
	}
}

func atLeast(low time.Duration) func(string) (time.Duration, error) {
	return func(text string) (time.Duration, error) {
		d, err := time.ParseDuration(text)
		if err != nil || d < low {
			return 0, fmt.Errorf("must be a duration such as 90s, 5m or 1h30m, and at least %s", short(low))
		}
		return d, nil
	}
}

func boolean(text string) (bool, error) {
	on, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil {
		return false, errors.New("must be true or false")
	}
	return on, nil
}

func oneLine(text string) (string, error) {
	if safetext.Changed(text) {
		return "", errors.New("holds characters that cannot be shown; write it as one line of plain text")
	}
	return text, nil
}

// inQuotes is about values that were written for a shell. What reads a file of variables often
// leaves quotation marks in them, and a secret with them is refused everywhere.
const inQuotes = "begins and ends with a quotation mark, which would count as part of it; write it without quotation marks"

const quotationMarks = "\"'`\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e"

// enclosed reports whether text has quotation marks at both ends; a key may have one at one end.
func enclosed(text string) bool {
	inner := strings.TrimLeft(text, quotationMarks)
	return inner != text && (inner == "" && len(text) > 1 || strings.TrimRight(inner, quotationMarks) != inner)
}

// token accepts what may be a credential in a header.
func token(text string) (string, error) {
	if enclosed(text) {
		return "", errors.New(inQuotes)
	}
	for _, b := range []byte(text) {
		if b <= ' ' || b > '~' {
			return "", errors.New("holds a blank, a control character or a letter outside ASCII, which no key has; copy the key again, alone")
		}
	}
	return text, nil
}

// clashName accepts a template that distinguishes entities of one name.
func clashName(text string) (string, error) {
	rest := strings.NewReplacer("{name}", "", "{namespace}", "", "{kind}", "").Replace(text)
	apart := strings.Contains(text, "{namespace}") || strings.Contains(text, "{kind}")
	if strings.ContainsAny(rest, "{}") || !strings.Contains(text, "{name}") || !apart {
		return "", errors.New("must hold {name} and one or both of {namespace} and {kind}, and no other braces, such as {namespace}-{name}")
	}
	return oneLine(text)
}

// shown formats a URL; ParseBase accepts none with a password.
func shown(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}
