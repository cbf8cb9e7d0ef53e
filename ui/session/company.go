package session

import (
	"fmt"
	"strings"

	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// ChooseCompany returns the company that an id or a name means, or the reason why there is none to switch to.
func ChooseCompany(text string, list []conviso.Company, now conviso.Company) (company conviso.Company, answer string) {
	found := findCompanies(text, list)
	switch {
	case strings.TrimSpace(text) == "":
		if len(list) == 1 {
			return company, fmt.Sprintf("This is company %s. The key sees no other.", CompanyName(now))
		}
		return company, fmt.Sprintf("This is company %s. The key sees %s. :company ID changes it.", CompanyName(now), companyWords(list))
	case len(found) == 1 && found[0].ID == now.ID:
		return company, fmt.Sprintf("This is company %s already.", CompanyName(now))
	case len(found) == 1:
		return found[0], ""
	case len(found) > 1:
		return company, fmt.Sprintf("%q may be %s: name one by its id.", text, companyWords(found))
	}
	return company, fmt.Sprintf("The key sees no company %q. It sees %s.", text, companyWords(list))
}

// findCompanies matches the id, else the whole name, else a part of it.
func findCompanies(text string, list []conviso.Company) []conviso.Company {
	text = strings.ToLower(strings.TrimSpace(text))
	// As everywhere, 01028 and +1028 are 1028.
	number := strings.TrimLeft(strings.TrimPrefix(text, "+"), "0")
	var called, holding []conviso.Company
	for _, company := range list {
		label := strings.ToLower(company.Label)
		switch {
		case company.ID == text, number != "" && company.ID == number:
			return []conviso.Company{company}
		case label == text:
			called = append(called, company)
		case text != "" && strings.Contains(label, text):
			holding = append(holding, company)
		}
	}
	if len(called) > 0 {
		return called
	}
	return holding
}

func companyWords(list []conviso.Company) string {
	const most = 5
	names := make([]string, min(most, len(list)))
	for i := range names {
		names[i] = CompanyName(list[i])
	}
	words := strings.Join(names, ", ")
	if more := len(list) - most; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words
}

// CompanyName returns a company's id and label, safe to show.
func CompanyName(c conviso.Company) string {
	return safetext.Line(strings.TrimSpace(c.ID + " " + c.Label))
}
