package importer

import "conviso-importer/conviso/importer/queue"

// State is an alias, so that front ends need not import package queue.
type State = queue.State

// Item is an alias, see State.
type Item = queue.Item

// The states; see package queue.
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
	Gone     = queue.Gone
	Skipped  = queue.Skipped
)

// NoteTakenBack is the error of an item that was taken back.
const NoteTakenBack = queue.NoteTakenBack

// BatchSize is the number of projects in one request.
const BatchSize = queue.BatchSize
