package ui

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

// cachedMsg is what an earlier run left on disk.
type cachedMsg struct {
	snap   *catalog.Snapshot
	assets *conviso.AssetSet
}

// pageMsg is one step of a catalog load.
type pageMsg struct {
	gen  int
	snap *catalog.Snapshot
	err  error
	// pages is where the next step comes from; done says that there is none.
	pages <-chan pageMsg
	done  bool
}

// assetsProgressMsg says how far a load of the assets has come.
type assetsProgressMsg struct {
	gen, read, total int
	wait             func() (assetsProgress, bool)
}

// assetsMsg ends a load of the assets.
type assetsMsg struct {
	gen int
	set *conviso.AssetSet
	err error
}

// itemsMsg is the queue's items, or those that have changed.
type itemsMsg struct {
	items []importer.Item
	seq   int64
	// whole reports that this is the whole queue.
	whole bool
	err   error
	// runner is the other process that drains the queue, if one does.
	runner string
}

// arrangedMsg is a new picture of what was read.
type arrangedMsg arrangement

// restedMsg reports that the cursor has stayed on a row for a while.
type restedMsg struct{ gen int }

// previewMsg is an entity's details.
type previewMsg struct {
	gen     int
	preview importer.Preview
	err     error
}

// planMsg is the plan that the review was waiting for.
type planMsg struct {
	gen    int
	review *session.Review
	err    error
}

// submittedMsg reports that a plan is in the queue, or why not.
type submittedMsg struct {
	plan *importer.Plan
	err  error
}

// drainedMsg reports that sending has ended, with the items as they stand then.
type drainedMsg struct {
	items []importer.Item
	seq   int64
	err   error
}

// connectionMsg is the platform's record of this catalog.
type connectionMsg struct {
	integration *conviso.Integration
	auto        importer.AutoStatus
	err         error
}

// autoSetMsg reports that auto-import was switched.
type autoSetMsg struct {
	on     bool
	status importer.AutoStatus
	err    error
}

// autoDueMsg reports that a check is due.
type autoDueMsg struct{ gen int }

// autoCheckedMsg is what a check did.
type autoCheckedMsg struct {
	// kinds counts the changes of kinds before the check.
	kinds  int
	result importer.AutoResult
	status importer.AutoStatus
	items  []importer.Item
	seq    int64
	err    error
}
