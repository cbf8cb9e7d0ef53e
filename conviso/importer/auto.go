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

// autoConfig is what auto-import may take.
type autoConfig struct {
	query catalog.Query
	limit int
}

// metaAuto precedes an instance's id in the key of what is remembered of auto-import.
const metaAuto = "auto-import:"

// autoMemory is what is remembered of auto-import between runs.
type autoMemory struct {
	Flag       bool      `json:"flag"`
	FlagReadAt time.Time `json:"flagReadAt"`
	Here       bool      `json:"here"`
	LastCheck  time.Time `json:"lastCheck"`
}

// AutoImport says what is remembered of auto-import; it asks no server. Next is due one
// interval after the last check, and at once where that moment has passed: a machine that
// slept catches up with one check, not with many.
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
		// A note that cannot be read means the same as none: switched off here.
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

// SetAutoImport writes the flag to the platform's integration, which is made where there is
// none, and remembers here whether this machine is the one that sends.
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

// AutoPlan is what auto-import would send now: what is new and fits its query, at most its
// limit, of the kinds that the engine was made with. It reads the catalog anew, and the assets
// unless they were read within the last minute, and refuses to plan by a partial read.
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
	view, err := e.view(ctx, e.started.kinds, snap, assets)
	if err != nil {
		return nil, err
	}
	request := view.SelectNew(e.auto.query)
	request.Limit = e.auto.limit
	return e.planBy(ctx, view, request)
}

// AutoCheck is one check: it reads the platform's flag, the catalog and the assets, and puts
// what is new into the queue. Where the flag is off it does nothing and switches itself off
// here. Drain sends what it queued.
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
