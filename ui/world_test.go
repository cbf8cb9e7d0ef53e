package ui

import (
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// bank is the world of most tests: clashing names, several scripts, a quarter imported already.
func bank() *fakeEngine {
	entities := []catalog.Entity{
		entity("payment-gateway", "team-pay", "service", "production"),
		entity("payment-ledger", "team-pay", "service", "production"),
		inNamespace("legacy", "payment-ledger", "default/team-pay", "service", "deprecated"),
		entity("payment-notifier", "team-pay", "service", "production"),
		entity("payment-portal", "team-pay", "website", "production"),
		entity("payment-reconciler-batch-worker-for-the-night", "team-pay", "service", "beta"),
		entity("payment-risk", "team-risk", "service", "production"),
		entity("payment-sdk-go", "team-pay", "library", "production"),
		entity("payment-sdk-java", "team-pay", "library", "production"),
		entity("payment-settlement", "team-pay", "service", "production"),
		entity("payment-simulator", "team-pay", "service", "experimental"),
		entity("payment-tokenizer", "team-pay", "service", "production"),
		entity("payment-vault", "team-pay", "database", "production"),
		entity("payment-webhooks", "team-pay", "lambda", "pilot"),
		entity("pix-adapter", "group:default/team-pix", "service", "production"),
		entity("pix-limits", "group:default/team-pix", "job", "beta"),
		entity("checkout-api", "team-shop", "service", "production"),
		entity("checkout-web", "team-shop", "website", "production"),
		entity("決済ゲートウェイ", "team-東京", "service", "production"),
		entity("emoji-🚀-launcher", "team-🎉", "service", "production"),
		entity("zahlung-prüfer", "team-köln", "service", "production"),
		inNamespace("legacy", "stammdaten", "default/team-köln", "database", "deprecated"),
	}
	entities[0].Description = "Card acquiring front door. Routes to the adapters and keeps idempotency keys, so that a customer never pays twice."
	entities[0].Tags = []string{"go", "pci", "tier-1"}
	entities[0].Title = "Payment Gateway"
	entities[18].Description = "カード決済の入口です。すべての支払いはここを通ります。"
	f := newFake(nil, entities...)
	f.assets = []conviso.Asset{{ID: "501", Name: "payment-notifier"}, {ID: "502", Name: "Payment-Risk"},
		{ID: "503", Name: "checkout-api"}, {ID: "504", Name: "pix-adapter"}, {ID: "505", Name: "payment-ledger"}}
	f.cachedAt = epoch.Add(-3 * time.Hour)
	return f
}

// upTo is a world whose catalog is read up to its first n entities, until release is closed.
func upTo(n int, f *fakeEngine) *fakeEngine {
	f.pages = [][]catalog.Entity{f.pages[0][:n], f.pages[0][n:]}
	f.holdCatalog = true
	return f
}
