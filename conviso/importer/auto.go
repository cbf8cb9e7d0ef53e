package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

type autoConfig struct {
	query catalog.Query
	limit int
}

// metaAuto is the prefix of a queue key; the instance's id follows.
const metaAuto = "auto-import:"

// autoMemory is what the queue's file stores about auto-import.
type autoMemory struct {
	Flag       bool      `json:"flag"`
	FlagReadAt time.Time `json:"flagReadAt"`
	Here       bool      `json:"here"`
	LastCheck  time.Time `json:"lastCheck"`
}

// AutoImport returns the stored state of auto-import, without network. Next is now where it has
// passed, so a machine that slept catches up with one check.
func (e *Engine) AutoImport() AutoStatus {
	m, err := e.recallAuto(context.Background()) //nolint:forbidigo // One row of a local file needs no caller to wait for it.
	if err != nil {
		return AutoStatus{Interval: e.autoInterval}
	}
	return e.autoStatus(m)
}

func (e *Engine) autoStatus(m autoMemory) AutoStatus {
	s := AutoStatus{Flag: m.Flag, FlagReadAt: m.FlagReadAt, Here: m.Here, LastCheck: m.LastCheck, Interval: e.autoInterval}
	if s.Here {
		s.Next = m.LastCheck.Add(e.autoInterval)
		if now := e.now(); m.LastCheck.IsZero() || m.LastCheck.After(now) || s.Next.Before(now) {
			s.Next = now
		}
	}
	return s
}

func (e *Engine) recallAuto(ctx context.Context) (autoMemory, error) {
	var m autoMemory
	text, err := e.queue.Meta(ctx, metaAuto+e.identity.InstanceID)
	if err != nil || text == "" {
		return m, err
	}
	if !json.Valid([]byte(text)) {
		// An unreadable note means switched off.
		return m, nil
	}
	return m, json.Unmarshal([]byte(text), &m)
}

func (e *Engine) rememberAuto(ctx context.Context, m autoMemory) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return e.queue.SetMeta(ctx, metaAuto+e.identity.InstanceID, string(text))
}

// SetAutoImport writes the flag to the platform's integration, creating it where there is none, and
// stores whether this machine sends.
func (e *Engine) SetAutoImport(ctx context.Context, on bool) (AutoStatus, error) {
	switch {
	case e.identity.ReadOnly:
		return e.AutoImport(), ErrReadOnly
	case e.identity.Offline:
		return e.AutoImport(), ErrOffline
	}
	m, err := e.recallAuto(ctx)
	if err != nil {
		return e.AutoImport(), err
	}
	saved, err := e.platform.SaveIntegration(ctx, conviso.IntegrationInput{
		CompanyID: e.identity.Company.ID, BackstageURL: e.identity.CatalogAppURL,
		InstanceID: e.identity.InstanceID, AutoImportEnabled: &on,
	})
	if err != nil {
		return e.AutoImport(), err
	}
	m.Flag, m.FlagReadAt, m.Here = saved.AutoImportEnabled, e.now(), on
	if on && !saved.AutoImportEnabled {
		m.Here = false
		err = errors.New("the platform answered that auto-import is still off; check the key's rights and try again")
	}
	if saveErr := e.rememberAuto(ctx, m); saveErr != nil {
		return e.AutoImport(), saveErr
	}
	return e.autoStatus(m), err
}

// AutoPlan returns what auto-import would send now. It reads the catalog, and the assets unless
// they are less than a minute old; it refuses a partial read.
func (e *Engine) AutoPlan(ctx context.Context) (*Plan, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	snap, err := e.readWhole(ctx, e.started)
	if err != nil {
		return nil, err
	}
	assets, err := e.currentAssets(ctx, ReadOptions{MaxAge: freshFor})
	if err != nil {
		return nil, err
	}
	view, err := e.view(ctx, e.started, snap, assets)
	if err != nil {
		return nil, err
	}
	request := view.SelectNew(e.auto.query)
	request.Limit = e.auto.limit
	return e.planBy(ctx, view, request)
}

// AutoCheck reads the platform's flag, the catalog and the assets, and queues what is new. Where
// the flag is off it switches auto-import off here. Drain sends what it queued.
func (e *Engine) AutoCheck(ctx context.Context) (AutoResult, error) {
	m, err := e.recallAuto(ctx)
	if err != nil {
		return AutoResult{}, err
	}
	integration, err := e.Integration(ctx)
	if err != nil && !errors.Is(err, conviso.ErrNoIntegration) {
		return AutoResult{}, fmt.Errorf("auto-import's flag could not be read, so nothing was sent: %w", err)
	}
	m.Flag, m.FlagReadAt = integration != nil && integration.AutoImportEnabled, e.now()
	if !m.Flag {
		m.Here = false
		return AutoResult{SwitchedOff: true}, e.rememberAuto(ctx, m)
	}
	plan, err := e.AutoPlan(ctx)
	if err != nil {
		return AutoResult{}, err
	}
	if len(plan.Items) > 0 {
		if err := e.Submit(ctx, plan); err != nil {
			return AutoResult{}, err
		}
	}
	result := AutoResult{Plan: plan}
	result.Snapshot, result.Assets = e.Cached(ctx)
	m.LastCheck = e.now()
	return result, e.rememberAuto(ctx, m)
}
