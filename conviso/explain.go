package conviso

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"conviso-importer/internal/safetext"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/transport"
)

const (
	maxExcerpt = 200
	maxMessage = 500
)

// explainer creates failures: their class, and the text with the host, the cause and the next
// step. Foreign text must pass safe.
type explainer struct {
	host    string
	key     *secret.Keeper
	setting string
}

// safe returns foreign text as one printable line of at most limit characters, without the key,
// which a server or proxy may echo.
func (e explainer) safe(foreign string, limit int) string {
	foreign = e.key.Mask(foreign)
	// Mask first: a cut could leave half of the key.
	foreign = safetext.WithoutSecrets(foreign[:min(len(foreign), 4*limit)])
	line := strings.Join(strings.Fields(safetext.Line(foreign)), " ")
	if runes := []rune(line); len(runes) > limit {
		line = string(runes[:limit-1]) + "…"
	}
	return line
}

func (e explainer) excerpt(r response, message string) string {
	if message == "" {
		message = string(r.body)
	}
	if message = e.safe(message, maxExcerpt); message == "" {
		message = "an empty answer"
	}
	return fmt.Sprintf("HTTP %d: %s", r.status, message)
}

func (e explainer) denied(op operation, r response, message string) *failure {
	key, again := e.setting, ""
	if e.key.Rereads() {
		key, again = "the key in the file of "+e.setting, "; the next try reads the file again"
	}
	next := fmt.Sprintf("check %s and CONVISO_ENVIRONMENT%s", key, again)
	if op.company != "" {
		may := "see"
		if op.mutation {
			may = "create assets in"
		}
		next = fmt.Sprintf("check %s, and that it may %s company %s (CONVISO_COMPANY_ID)%s", key, may, e.safe(op.company, maxExcerpt), again)
	}
	return &failure{class: Auth, kind: ErrAuth, refused: &secret.RefusedError{Setting: e.setting, By: "Conviso", Rereads: e.key.Rereads()},
		text: fmt.Sprintf("%s refused access (%s); %s", e.host, e.excerpt(r, message), next)}
}

// tooMany is a refusal before any work. The limiter decides about the wait.
func (e explainer) tooMany(r response, message string) *failure {
	said := fmt.Sprintf("HTTP %d", r.status)
	if r.status != http.StatusTooManyRequests {
		said = e.excerpt(r, message)
	}
	return &failure{class: Rejected, kind: ErrUnavailable, again: true,
		text: fmt.Sprintf("%s receives too many requests (%s)", e.host, said)}
}

func (f *failure) waits(wait time.Duration) {
	f.wait = wait
	f.text += fmt.Sprintf("; try again in %s, or set a lower CONVISO_RATE", wait.Round(time.Second))
}

func (e explainer) failing(r response, message string) *failure {
	return &failure{class: Ambiguous, kind: ErrUnavailable, again: true,
		text: fmt.Sprintf("%s is failing (%s); try again later", e.host, e.excerpt(r, message))}
}

// troubled is an error of the platform's own, which may have come after the work was done.
func (e explainer) troubled(r response, message string, said []string) *failure {
	return &failure{class: Ambiguous, kind: ErrUnavailable, again: true, own: true, split: true, said: said,
		text: fmt.Sprintf("%s answered with an error of its own (%s); try again later", e.host, e.excerpt(r, message))}
}

// blocked is a 403 that is not the platform's, so it says nothing about the key. A firewall may dislike
// the text of one project.
func (e explainer) blocked(r response) *failure {
	return &failure{class: Ambiguous, kind: ErrUnavailable, again: true, split: true,
		text: fmt.Sprintf("something in front of %s refuses the request (%s); ask who runs the proxy or firewall there, or try again later", e.host, e.excerpt(r, ""))}
}

func (e explainer) refused(r response, message string) *failure {
	return &failure{class: Permanent,
		text: fmt.Sprintf("%s refused the request (%s); a newer version of this program may be needed", e.host, e.excerpt(r, message))}
}

// foreign is a response that is not from this API.
func (e explainer) foreign(r response, class Class, why string) *failure {
	if why == "" {
		why = fmt.Sprintf("%q", e.safe(r.contentType, maxExcerpt))
	}
	return &failure{class: class, kind: ErrNotGraphQL,
		text: fmt.Sprintf("%s did not answer as the platform's API does (%s; %s); is a proxy or login page in front of it, or the wrong CONVISO_ENVIRONMENT or CONVISO_API_BASE set?",
			e.host, e.excerpt(r, ""), e.safe(why, maxExcerpt))}
}

// misfit is a response of the API whose data does not fit the request.
func (e explainer) misfit(err error) *failure {
	return &failure{class: Ambiguous, kind: ErrNotGraphQL,
		text: fmt.Sprintf("%s answered with data that does not fit (%s); a newer version of this program may be needed", e.host, e.safe(err.Error(), maxExcerpt))}
}

// errMoved is the cause of a failure to read a list whose pages kept moving.
var errMoved = errors.New("it moved")

func (c *Client) moved(op operation, why string) *failure {
	return &failure{class: Ambiguous, kind: ErrIncomplete, cause: errMoved, doing: op.doing,
		text: fmt.Sprintf("the list of %s changed each of the %d times that it was read (%s), so what it lacks may be there; try again in a moment", c.host, MaxReads, why)}
}

func (c *Client) incomplete(op operation, why string) *failure {
	return &failure{class: Ambiguous, kind: ErrIncomplete, doing: op.doing,
		text: fmt.Sprintf("the list of %s is incomplete (%s); try again in a moment", c.host, why)}
}

func (e explainer) cancelled(err error, class Class) *failure {
	f := &failure{class: class, cause: err, text: fmt.Sprintf("stopped before %s was asked", e.host)}
	if class != NotSent {
		f.text = fmt.Sprintf("stopped before %s answered", e.host)
	}
	return f
}

func (e explainer) unreachable(err error, class Class) *failure {
	f := &failure{class: class, kind: ErrUnavailable, cause: err, again: true}
	why := e.safe(transport.Explain(err), maxMessage)
	var (
		redirect *transport.RedirectError
		proxy    *transport.ProxyError
		unknown  *net.DNSError
		timeout  net.Error
		network  *net.OpError
		coding   *transport.CodingError
	)
	certificate, untrusted := transport.Untrusted(err)
	switch {
	case errors.As(err, &redirect):
		return &failure{class: Permanent, kind: ErrNotGraphQL, cause: err, text: why}
	case errors.As(err, &coding):
		return &failure{class: class, kind: ErrNotGraphQL, cause: err, text: fmt.Sprintf("%s could not be read: %s", e.host, why)}
	case errors.Is(err, transport.ErrTooLarge):
		return &failure{class: class, kind: ErrNotGraphQL, cause: err,
			text: fmt.Sprintf("%s sent too much (%s); is it the platform's address?", e.host, why)}
	case untrusted:
		f.again = false
		f.text = fmt.Sprintf("the certificate of %s is not trusted: %s", e.host, e.safe(certificate, maxMessage))
	case errors.As(err, &proxy):
		// A proxy that refuses will refuse again; one that fails may recover.
		f.again = proxy.Status == 0 || proxy.Status >= 500
		f.text = why
	case errors.As(err, &unknown):
		f.text = fmt.Sprintf("the name of %s cannot be resolved (%s); check the network, HTTPS_PROXY and CONVISO_ENVIRONMENT", e.host, why)
	case errors.Is(err, transport.ErrStalled):
		f.text = fmt.Sprintf("%s could not be read: %s; try again later, or check the network", e.host, why)
	case errors.As(err, &timeout) && timeout.Timeout():
		f.text = fmt.Sprintf("%s did not answer in time (%s); try again later", e.host, why)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), class != NotSent && errors.As(err, &network):
		f.text = fmt.Sprintf("the connection to %s broke off (%s); try again", e.host, why)
	case class != NotSent:
		f.text = fmt.Sprintf("the answer of %s cannot be read (%s); try again, or look for a proxy in between", e.host, why)
	default:
		f.text = fmt.Sprintf("%s cannot be reached (%s); check the network and HTTPS_PROXY, then try again", e.host, why)
	}
	return f
}
