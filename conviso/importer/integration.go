package importer

import (
	"context"
	"errors"

	"conviso-importer/conviso"
)

// metaBackstageURL precedes an instance's id in the key of its catalog's address.
const metaBackstageURL = "backstage-url:"

// Integration reads this instance's integration from the platform; conviso.ErrNoIntegration
// says that there is none.
func (e *Engine) Integration(ctx context.Context) (*conviso.Integration, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	return e.platform.Integration(ctx, e.identity.InstanceID)
}

// lacksIntegration reports whether an import has to create the integration first.
func (e *Engine) lacksIntegration(ctx context.Context) (bool, error) {
	_, err := e.Integration(ctx)
	if errors.Is(err, conviso.ErrNoIntegration) {
		return true, nil
	}
	return false, err
}

// ensureIntegration creates an instance's integration where the platform has none: without
// one it has nothing to file the assets under.
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

// Companies returns the companies that the key sees.
func (e *Engine) Companies(ctx context.Context) ([]conviso.Company, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	return e.platform.Companies(ctx)
}
