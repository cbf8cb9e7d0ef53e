package ui

// filterScenes are what the filter language does to the table.
func filterScenes() map[string]scene {
	filter := func(text string) func(h *harness) {
		return func(h *harness) { h.press("/"); h.write(text); h.press("enter") }
	}
	return map[string]scene{
		"filter-fields":  {world: bank, play: filter(`PAY owner:team-pay,team-pix !lifecycle:deprecated status:new`)},
		"filter-wide":    {world: bank, play: filter(`決済`)},
		"filter-problem": {world: bank, play: filter("pay ownr:risk")},
		"filter-unended": {world: bank, play: filter("pay owner:")},
		"filter-typing":  {world: bank, play: func(h *harness) { h.press("/"); h.write("pay !typ:j") }},
		"filter-killer":  {world: bank, play: filter("pay owner:team-x type:service")},
		"filter-selected": {world: bank, play: func(h *harness) {
			h.press("j", "space", "j", "j", "j", "space")
			filter("is:selected")(h)
		}},
	}
}
