package demo

// area is one business domain of the demo's company: its owner and components.
type area struct {
	name, owner, system string
	parts               []string
}

// clash is a component with the same name as one in another namespace.
type clash struct{ namespace, name string }

type words struct {
	areas      []area
	clashes    []clash
	lifecycles []string
	tags       []string
	purposes   []string
	stories    []story
}

// story is the title and description of a component in another language than English.
type story struct{ title, description string }

// blockSize is the number of components in the vocabulary, after which names get numbers.
const blockSize = 240

func newWords() words {
	common := []string{"api", "web", "worker", "gateway", "events", "export", "admin", "sync", "sdk-go", "reports"}
	w := words{
		areas: []area{{"payment", "team-pay", "payments", []string{
			"gateway", "ledger", "notifier", "portal", "reconciler", "risk", "sdk-go", "sdk-java",
			"settlement", "simulator", "tokenizer", "vault", "webhooks", "router", "limits", "refunds",
			"disputes", "receipts", "fees", "schedule", "mobile", "console", "audit", "archive",
			"lambda-retry", "replay", "status", "batch", "links", "reports"}}},
		clashes: []clash{{"legacy", "payment-ledger"}, {"legacy", "checkout-api"}, {"platform", "identity-gateway"},
			{"legacy", "Invoice-Export"}, {"mobile", "loyalty-sdk-go"}},
		// Mostly production; beta and pilot are in no mapping table.
		lifecycles: []string{"production", "production", "production", "experimental", "production", "production",
			"deprecated", "production", "beta", "development", "production", "staging", "pilot"},
		tags: []string{"go", "java", "pci", "tier-1", "python", "kafka", "typescript", "internal", "tier-2", "gdpr", "rust"},
		purposes: []string{"Keeps %s moving: routes requests, retries what failed and tells the others.",
			"The team's front door to %s; everything else talks to it.",
			"Copies %s to the data platform every night.", "Answers questions about %s for the back office.",
			"Watches %s and wakes somebody up when it stops."},
		stories: newStories(),
	}
	for _, a := range []area{
		{name: "checkout", owner: "team-checkout", system: "shop"},
		{name: "identity", owner: "group:default/team-identity", system: "access"},
		{name: "invoice", owner: "group:team-billing", system: "billing"},
		{name: "loyalty", owner: "team-growth", system: "shop"},
		{name: "catalog", owner: "team-checkout", system: "shop"},
		{name: "search", owner: "Group:Default/Team-Search", system: "shop"},
		{name: "shipping", owner: "team-logistics", system: "logistics"},
		{name: "warehouse", owner: "team-logistics", system: "logistics"},
		{name: "fraud", owner: "team-risk", system: "payments"},
		{name: "pricing", owner: "team-growth", system: "shop"},
		{name: "customer", owner: "group:default/team-identity", system: "access"},
		{name: "messaging", owner: "team-platform", system: "platform"},
		{name: "audit", owner: "team-risk", system: "platform"},
		{name: "report", owner: "user:default/ana.souza", system: "data"},
		{name: "onboarding", owner: "team-growth", system: "access"},
		{name: "tax", owner: "group:team-billing", system: "billing"},
		{name: "pix", owner: "team-pay", system: "payments"},
		{name: "subscription", owner: "group:team-billing", system: "billing"},
		{name: "inventory", owner: "team-logistics", system: "logistics"},
		{name: "support", owner: "user:jonas.weber", system: "platform"},
		{name: "telemetry", owner: "team-platform", system: "data"},
	} {
		a.parts = common
		w.areas = append(w.areas, a)
	}
	return w
}

func newStories() []story {
	return []story{
		{"Conciliação", "Concilia os pagamentos do dia com o extrato do banco; avisa a equipe quando há diferença."},
		{"決済ゲートウェイ", "加盟店からの決済を受け付け、銀行に中継します。"},
		{"Zahlungsübersicht", "Zeigt Händlern ihre Zahlungen, Gebühren und Rückerstattungen – täglich geprüft."},
		{"Проверка платежей", "Проверяет платежи и сообщает о подозрительных операциях."},
		{"بوابة الدفع", "تستقبل المدفوعات وترسلها إلى البنك."},
		{"Rockets 🚀", "Ships 📦 to everybody 👩‍👩‍👧‍👦, everywhere 🌍."},
		{"한국어 정산", "매일 밤 정산 내역을 계산합니다."},
		{"Città è più", "Gestisce l’elenco delle città; è usata dal modulo d’ordine."},
	}
}

// typeOf chooses spec.type by the component's name; lambda and job are in no table.
func typeOf(part string) string {
	switch part {
	case "web", "portal", "admin", "console":
		return "website"
	case "sdk-go", "sdk-java":
		return "library"
	case "vault", "archive":
		return "database"
	case "mobile":
		return "mobile"
	case "lambda-retry":
		return "lambda"
	case "batch", "export", "schedule":
		return "job"
	case "api":
		return "api"
	}
	return "service"
}
