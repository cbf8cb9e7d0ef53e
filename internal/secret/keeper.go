package secret

import "sync"

// Keeper holds the secret that a client sends. One from a file is read again after a refusal, so
// that a corrected file needs no restart. It is safe for concurrent use; a nil one masks nothing.
type Keeper struct {
	reread func() (Secret, bool)

	mu sync.Mutex
	// before are former values of current, which answers may still echo.
	current Secret
	before  []Secret
	// refused reports whether the server refused current.
	refused bool
}

// NewKeeper keeps s. reread, unless nil, reads it again from its source, or returns false.
func NewKeeper(s Secret, reread func() (Secret, bool)) *Keeper {
	return &Keeper{current: s, reread: reread}
}

// Current returns the secret to send, read again after a refusal.
func (k *Keeper) Current() Secret {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refused {
		k.renew()
	}
	return k.current
}

// Refused records that the server refused the secret, and reports whether a new one is worth a
// retry.
func (k *Keeper) Refused() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refused = true
	return k.renew()
}

// renew reads the secret again and reports whether it changed. The caller holds the lock.
func (k *Keeper) renew() bool {
	if k.reread == nil {
		return false
	}
	fresh, ok := k.reread()
	if !ok || fresh == k.current {
		return false
	}
	k.before = append(k.before, k.current)
	k.current, k.refused = fresh, false
	return true
}

// Rereads reports whether the secret is read again after a refusal.
func (k *Keeper) Rereads() bool { return k.reread != nil }

// IsZero reports whether there is no secret now.
func (k *Keeper) IsZero() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current.IsZero()
}

// Mask is Secret.Mask for the current secret and its former values.
func (k *Keeper) Mask(text string) string {
	if k == nil {
		return text
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range append(k.before[:len(k.before):len(k.before)], k.current) {
		text = s.Mask(text)
	}
	return text
}
