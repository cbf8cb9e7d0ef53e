package importer

import (
	"context"
	"errors"

	"conviso-importer/conviso"
)

// metaBackstageURL is the prefix of a queue key; the instance's id follows.
const metaBackstageURL = "backstage-url:"

// Integration reads this instance's integration; conviso.ErrNoIntegration if there is none.
func (e *Engine) Integration(ctx context.Context) (*conviso.Integration, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	return e.platform.Integration(ctx, e.identity.InstanceID)
}

func (e *Engine) lacksIntegration(ctx context.Context) (bool, error) {
	_, err := e.Integration(ctx)
	if errors.Is(err, conviso.ErrNoIntegration) {
		return true, nil
	}
	return false, err
}

// ensureIntegration creates a missing integration: the platform files assets under it.
func (e *Engine) ensureIntegration(ctx context.Context, instanceID string) error {
	_, err := e.platform.Integration(ctx, instanceID)
	if !errors.Is(err, conviso.ErrNoIntegration) {
		return err
	}
	url, err := e.queue.Meta(ctx, metaBackstageURL+instanceID)
	if err != nil {
		return err
	}
	if url == "" {
		url = e.identity.CatalogAppURL
	}
	_, err = e.platform.SaveIntegration(ctx, conviso.IntegrationInput{
		CompanyID: e.identity.Company.ID, BackstageURL: url, InstanceID: instanceID,
	})
	return err
}

// Companies returns the companies that the key can see.
func (e *Engine) Companies(ctx context.Context) ([]conviso.Company, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	return e.platform.Companies(ctx)
}
