package secret

import "sync"

// Keeper holds the secret that a client sends. One that comes from a file is read again after
// it was refused, so that its user mends the file and need not start anew. A Keeper may be
// used by several goroutines; a nil one has no secret to mask.
type Keeper struct {
	reread func() (Secret, bool)

	mu sync.Mutex
	// current is what is sent; before are those that it took the place of, which answers may
	// still echo.
	current Secret
	before  []Secret
	// refused reports that the other side does not take the current one.
	refused bool
}

// NewKeeper keeps s. The function, where there is one, reads it anew from where it came, or
// returns false where that cannot be done now.
func NewKeeper(s Secret, reread func() (Secret, bool)) *Keeper {
	return &Keeper{current: s, reread: reread}
}

// Current returns the secret to send; after a refusal what is found where it came from.
func (k *Keeper) Current() Secret {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refused {
		k.renew()
	}
	return k.current
}

// Refused notes that the other side does not take the secret, and reports whether there is
// another one already, so that it is worth asking again.
func (k *Keeper) Refused() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refused = true
	return k.renew()
}

// renew reads the secret anew and reports whether it is another one. The caller holds the lock.
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

// Rereads reports whether the secret is read anew after a refusal.
func (k *Keeper) Rereads() bool { return k.reread != nil }

// IsZero reports whether there is no secret now.
func (k *Keeper) IsZero() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current.IsZero()
}

// Mask is Secret.Mask for every secret that was ever kept here.
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
