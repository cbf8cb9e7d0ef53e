package secret

import "testing"

// TestKeeper checks that the file is read only after a refusal, and that old values stay masked.
func TestKeeper(t *testing.T) {
	file, readable, reads := New("the-old-fake"), true, 0
	k := NewKeeper(file, func() (Secret, bool) { reads++; return file, readable })
	for range 3 {
		_ = k.Current()
	}
	if reads != 0 || !k.Rereads() {
		t.Errorf("it was read %d times unasked", reads)
	}
	if k.Refused() || k.Current() != New("the-old-fake") {
		t.Error("the same secret passed for another one")
	}
	file, readable = New("the-new-fake"), false
	if k.Current() != New("the-old-fake") {
		t.Error("what could not be read was taken")
	}
	readable = true
	if got := k.Current(); got != file {
		t.Errorf("the mended one is not used: %s", got.Reveal())
	}
	reads = 0
	if k.Current() != file || reads != 0 {
		t.Errorf("it is read %d times after it was mended", reads)
	}
	if got := k.Mask("the-old-fake, the-new-fake"); got != "[redacted], [redacted]" {
		t.Errorf("the mask leaves %q", got)
	}
	file = New("the-third-fake")
	if !k.Refused() || k.Current() != file {
		t.Error("one that was there already was not taken at once")
	}
	fixed := NewKeeper(New("fixed-fake"), nil)
	if fixed.Refused() || fixed.Current() != New("fixed-fake") || fixed.Rereads() || fixed.IsZero() {
		t.Error("one that comes from nowhere changed")
	}
}
