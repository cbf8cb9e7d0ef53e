package conviso

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
)

const (
	// maxExcerpt is how many characters of an answer an error shows.
	maxExcerpt = 200
	// maxMessage is how many characters of one of the platform's messages are kept.
	maxMessage = 500
)

// sayer makes failures: their class, and the sentence that names the host, the cause and the
// next step. Foreign text passes safe before it becomes part of one.
type sayer struct {
	host string
	key  *secret.Keeper
	// setting names where the key comes from.
	setting string
}

// safe returns foreign text as one printable line of at most limit characters, without the
// key, which an answer or a proxy may have echoed.
func (s sayer) safe(foreign string, limit int) string {
	foreign = s.key.Mask(foreign)
	// An answer may be long; the key is gone before the cut could leave a half of it.
	foreign = safetext.WithoutUser(foreign[:min(len(foreign), 4*limit)])
	line := strings.Join(strings.Fields(safetext.Line(foreign)), " ")
	if runes := []rune(line); len(runes) > limit {
		line = string(runes[:limit-1]) + "…"
	}
	return line
}

// heard describes an answer: its status and what it says.
func (s sayer) heard(a answer, said string) string {
	if said == "" {
		said = string(a.body)
	}
	if said = s.safe(said, maxExcerpt); said == "" {
		said = "an empty answer"
	}
	return fmt.Sprintf("HTTP %d: %s", a.status, said)
}

func (s sayer) denied(op operation, a answer, said string) *failure {
	key, again := s.setting, ""
	if s.key.Rereads() {
		key, again = "the key in the file of "+s.setting, "; the next try reads the file again"
	}
	next := fmt.Sprintf("check %s and CONVISO_ENVIRONMENT%s", key, again)
	if op.company != "" {
		next = fmt.Sprintf("check %s, and that it may see company %s (CONVISO_COMPANY_ID)%s", key, s.safe(op.company, maxExcerpt), again)
	}
	return &failure{class: Auth, kind: ErrAuth, refused: &secret.RefusedError{Setting: s.setting, By: "Conviso", Rereads: s.key.Rereads()},
		text: fmt.Sprintf("%s refused access (%s); %s", s.host, s.heard(a, said), next)}
}

func (s sayer) tooMany(wait time.Duration) *failure {
	return &failure{class: Rejected, kind: ErrUnavailable, wait: wait, again: true,
		text: fmt.Sprintf("%s receives too many requests (HTTP 429); try again in %s, or set a lower CONVISO_RATE", s.host, wait.Round(time.Second))}
}

func (s sayer) failing(a answer, said string) *failure {
	return &failure{class: Ambiguous, kind: ErrUnavailable, again: true,
		text: fmt.Sprintf("%s is failing (%s); try again later", s.host, s.heard(a, said))}
}

// refused is an answer of the API itself that says no, once and for all.
func (s sayer) refused(a answer, said string) *failure {
	return &failure{class: Permanent,
		text: fmt.Sprintf("%s refused the request (%s); a newer version of this program may be needed", s.host, s.heard(a, said))}
}

// foreign is an answer of something that is not the API, or of another API.
func (s sayer) foreign(a answer, class Class, why string) *failure {
	if why == "" {
		why = fmt.Sprintf("%q", s.safe(a.contentType, maxExcerpt))
	}
	return &failure{class: class, kind: ErrNotGraphQL,
		text: fmt.Sprintf("%s did not answer as the platform's API does (%s; %s); is a proxy or login page in front of it, or the wrong CONVISO_ENVIRONMENT or CONVISO_API_BASE set?",
			s.host, s.heard(a, ""), s.safe(why, maxExcerpt))}
}

// misfit is an answer that the API may have sent, but whose data is not what was asked for.
func (s sayer) misfit(err error) *failure {
	return &failure{class: Ambiguous, kind: ErrNotGraphQL,
		text: fmt.Sprintf("%s answered with data that does not fit (%s); a newer version of this program may be needed", s.host, s.safe(err.Error(), maxExcerpt))}
}

func (s sayer) cancelled(err error, class Class) *failure {
	f := &failure{class: class, cause: err, text: fmt.Sprintf("stopped before %s was asked", s.host)}
	if class != NotSent {
		f.text = fmt.Sprintf("stopped before %s answered", s.host)
	}
	return f
}

// unreachable is a request that brought no whole answer.
func (s sayer) unreachable(err error, class Class) *failure {
	f := &failure{class: class, kind: ErrUnavailable, cause: err, again: true}
	why := s.safe(transport.Explain(err), maxMessage)
	var (
		redirect *transport.RedirectError
		proxy    *transport.ProxyError
		unknown  *net.DNSError
		timeout  net.Error
		network  *net.OpError
	)
	certificate, untrusted := transport.Untrusted(err)
	switch {
	case errors.As(err, &redirect):
		return &failure{class: Permanent, kind: ErrNotGraphQL, cause: err, text: why}
	case errors.Is(err, transport.ErrTooLarge):
		return &failure{class: class, kind: ErrNotGraphQL, cause: err,
			text: fmt.Sprintf("%s sent too much (%s); is it the platform's address?", s.host, why)}
	case untrusted:
		f.again = false
		f.text = fmt.Sprintf("the certificate of %s is not trusted: %s", s.host, s.safe(certificate, maxMessage))
	case errors.As(err, &proxy):
		// A proxy that refuses will refuse again; one that is in trouble may recover.
		f.again = proxy.Status == 0 || proxy.Status >= 500
		f.text = why
	case errors.As(err, &unknown):
		f.text = fmt.Sprintf("the name of %s cannot be resolved (%s); check the network, HTTPS_PROXY and CONVISO_ENVIRONMENT", s.host, why)
	case errors.Is(err, transport.ErrStalled):
		f.text = fmt.Sprintf("%s could not be read: %s; try again later, or check the network", s.host, why)
	case errors.As(err, &timeout) && timeout.Timeout():
		f.text = fmt.Sprintf("%s did not answer in time (%s); try again later", s.host, why)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), class != NotSent && errors.As(err, &network):
		f.text = fmt.Sprintf("the connection to %s broke off (%s); try again", s.host, why)
	case class != NotSent:
		f.text = fmt.Sprintf("the answer of %s cannot be read (%s); try again, or look for a proxy in between", s.host, why)
	default:
		f.text = fmt.Sprintf("%s cannot be reached (%s); check the network and HTTPS_PROXY, then try again", s.host, why)
	}
	return f
}
