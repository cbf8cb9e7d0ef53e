package importer

import (
	"conviso-importer/conviso/importer/flow"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/status"
)

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

// Namer is an alias, see State.
type Namer = status.Namer

// Names is an alias, see State.
type Names = status.Names

// Status is an alias, see State.
type Status = status.Status

// Statuses is an alias, see State.
type Statuses = status.Statuses

// Choice is an alias, see State.
type Choice = status.Choice

// Sharing is an alias, see State.
type Sharing = status.Sharing

// Presence is an alias, see State.
type Presence = status.Presence

// Unsettled is an alias, see State.
type Unsettled = status.Unsettled

// Opening is an alias, see State.
type Opening = status.Opening

// Flow is an alias, see State.
type Flow = flow.Flow

// Trouble is an alias, see State.
type Trouble = flow.Trouble

// FlowNews is an alias, see State.
type FlowNews = flow.News

// FlowChange is an alias, see State.
type FlowChange = flow.Change

// What bulk imports do with entities that share a repository; see package status.
const (
	ShareFirst = status.ShareFirst
	ShareSend  = status.ShareSend
	ShareSkip  = status.ShareSkip
)

// What a list knows about an entity; see package status.
const (
	Present     = status.Present
	NotRead     = status.NotRead
	OtherKind   = status.OtherKind
	LeftCatalog = status.LeftCatalog
)
