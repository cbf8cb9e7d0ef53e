package queue

import (
	"time"

	"conviso-importer/catalog"
)

// Fate is what became of an asset that a complete list does not have.
type Fate string

// The fates. An asset that was not asked for has none.
const (
	FateThere   Fate = "there"   // its id still resolves: renamed, archived, or inside another asset
	FateDeleted Fate = "deleted" // the platform does not find it
)

// Known is an asset by which an entity was shown as imported. Its strings have passed safetext.
type Known struct {
	Ref     catalog.Ref
	AssetID string
	Fate    Fate
	// NowID and NowName are the asset that the id resolved to, for FateThere.
	NowID, NowName string
	AskedAt        time.Time // when the platform was asked for the fate; zero for never
}
