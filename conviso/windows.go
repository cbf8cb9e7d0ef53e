package conviso

// window is what one request asks of a list: a page of this many items.
type window struct{ page, limit int }

func (w window) start() int { return (w.page - 1) * w.limit }
func (w window) end() int   { return w.page * w.limit }

// leastShared is the smallest page that can share items with its neighbours at a reasonable price.
const leastShared = 10

// after returns the window that reads on from the first end items of a list. Pages go by number, so a deletion in
// one hides the first item of the next. Therefore the window begins with items that were read already, as few as
// a limit below the platform's allows; with apart it begins behind them.
func after(end, limit int, apart bool) window {
	next := window{page: end/limit + 1, limit: limit}
	if apart {
		return next
	}
	from := end - 1
	next.page = from/limit + 1
	for l := limit - 1; l > 0 && from+l > next.end(); l-- {
		if w := (window{page: from/l + 1, limit: l}); w.end() > next.end() {
			next = w
		}
	}
	return next
}
