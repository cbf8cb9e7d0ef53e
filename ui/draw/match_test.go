package draw

import (
	"strings"
	"testing"
)

// TestFirstMatch: multi-byte letters, length changes in lower case, and combining runes.
func TestFirstMatch(t *testing.T) {
	for _, c := range []struct{ text, words, want string }{
		{"payment-gateway", "gate", "gate"},
		{"Payment-GATEway", "gate", "GATE"},
		{"payment-gateway", "gate pay", "pay"},
		{"payment-gateway", "pay payment", "payment"},
		{"payment", "absent", ""},
		{"", "a", ""},
		{"決済ゲートウェイ", "済ゲ", "済ゲ"},
		{"zahlung-PRÜFER", "prü", "PRÜ"},
		{"İstanbul-pay", "pay", "pay"},
		{"cafe\u0301-bar", "cafe", "cafe\u0301"},
		{"cafe\u0301-bar", "\u0301-", "e\u0301-"},
		{"flag-🇧🇷-x", "🇷", "🇧🇷"},
		{"emoji-🚀-launcher", "🚀", "🚀"},
	} {
		from, to := firstMatch(c.text, strings.Fields(c.words))
		if got := c.text[from:to]; got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.words, c.text, got, c.want)
		}
	}
}
