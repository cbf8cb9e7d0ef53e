package importer

import "conviso-importer/conviso/importer/queue"

// The words of the queue that every front end uses. They are the engine's vocabulary too, so that
// one name stands for one thing above the queue.
type (
	// State is a status word.
	State = queue.State
	// Item is an entity in the queue.
	Item = queue.Item
)

// The status words; package queue says what each means.
const (
	New      = queue.New
	Imported = queue.Imported
	Queued   = queue.Queued
	Sending  = queue.Sending
	Retrying = queue.Retrying
	Accepted = queue.Accepted
	Failed   = queue.Failed
	Clash    = queue.Clash
	Unknown  = queue.Unknown
	Skipped  = queue.Skipped
)

// BatchSize is how many projects one request carries.
const BatchSize = queue.BatchSize
