package config

import "strconv"

// Doc documents one setting.
type Doc struct {
	Name    string // the environment variable or the key in app-config.yaml
	Meaning string // a phrase without a full stop
	Default string // empty for none
}

// Variables returns all environment variables, those of other programs last.
func Variables() []Doc {
	return []Doc{
		{"BACKSTAGE_URL", "the base URL of the Backstage backend", "backend.baseUrl"},
		{"BACKSTAGE_APP_URL", "the web application, for links and as the integration's address", "app.baseUrl, else BACKSTAGE_URL"},
		{"BACKSTAGE_TOKEN", "bearer token for the catalog; a catalog that is open to all needs none", "the first static token of backend.auth.externalAccess that may read the catalog"},
		{"BACKSTAGE_TOKEN_FILE", "a file that holds that token instead", ""},
		{"CONVISO_API_KEY", "the platform's API key", "conviso.apiKey"},
		{"CONVISO_API_KEY_FILE", "a file that holds that key instead", ""},
		{"CONVISO_COMPANY_ID", "the company's id on the platform", "conviso.companyId, else in the table and for list the one remembered, else the only one that the key sees"},
		{"CONVISO_ENVIRONMENT", "the platform: " + Production + ", " + Staging + " or " + Local, Production},
		{"CONVISO_API_BASE", "the platform's base URL, required and used only where the environment is " + Local, ""},
		{"CONVISO_INSTANCE_ID", "identity of this Backstage towards the platform, the same on every host of a team",
			"backstage- and a hash of the web application's URL and the company"},
		{"CONVISO_RATE", "requests in any minute, all operations together, at most " + strconv.Itoa(maxRate), strconv.Itoa(defaultRate)},
		{"CONVISO_SETTLE", "how long an item whose answer was lost is looked for before it may be sent again", short(defaultSettle)},
		{"CONVISO_AUTO_IMPORT_INTERVAL", "time between two checks of auto-import", short(defaultInterval)},
		{"CONVISO_CA_FILE", "a PEM file of certificates that are added to the system's", ""},
		{"CONVISO_CACHE_TTL", "age from which data is refreshed and shown as stale", short(defaultTTL)},
		{"CONVISO_CACHE_DIR", "folder of the cache", "conviso-importer in XDG_CACHE_HOME"},
		{"CONVISO_STATE_DIR", "folder of the queue and of reports", "conviso-importer in XDG_STATE_HOME"},
		{"CONVISO_MACHINE_ID", "names the machine where /etc/machine-id does not, as in containers, so that a copied queue is noticed", ""},
		{"CONVISO_READ_ONLY", "true changes nothing on the platform, as --read-only does", "false"},
		{"NO_COLOR", "any text uses no colour, as --no-color does", ""},
		{"STATE_DIRECTORY", "the folder that systemd made for a service's state; used where CONVISO_STATE_DIR is not set", ""},
		{"CACHE_DIRECTORY", "the same for its cache, where CONVISO_CACHE_DIR is not set", ""},
		{"LOGS_DIRECTORY", "the same for its logs, where --log-file is not given", "the state folder"},
		{"CREDENTIALS_DIRECTORY", "systemd's credentials; conviso_api_key and backstage_token there are used where no variable is set", ""},
		{"XDG_CONFIG_HOME", "where the folder of the configuration file is", "~/.config"},
		{"XDG_CACHE_HOME", "where the folder of the cache is", "~/.cache"},
		{"XDG_STATE_HOME", "where the folder of the queue is", "~/.local/state"},
	}
}

// FileKeys returns all keys of app-config.yaml.
func FileKeys() []Doc {
	return []Doc{
		{"backend.baseUrl", "as BACKSTAGE_URL", ""},
		{"app.baseUrl", "as BACKSTAGE_APP_URL", ""},
		{"backend.auth.externalAccess", "its first token of type static that may read the catalog, as BACKSTAGE_TOKEN", ""},
		{"conviso.apiKey", "as CONVISO_API_KEY", ""},
		{"conviso.companyId", "as CONVISO_COMPANY_ID", ""},
		{"conviso.environment", "as CONVISO_ENVIRONMENT", ""},
		{"conviso.apiBase", "as CONVISO_API_BASE", ""},
		{"conviso.instanceId", "as CONVISO_INSTANCE_ID", ""},
		{"conviso.clashName", "how assets are named, to keep entities of one name apart, for example {namespace}-{name}", "the entity's name"},
		{"conviso.sharedRepository", "of entities that share a repository, which go in bulk and without a person: first, the first by ref, and none where one is imported; send, all; skip, none", ShareFirst},
		{"conviso.queueKeep", "how many days texts, times and attempts of what was imported are kept; which asset an entity became stays", strconv.Itoa(defaultKeep)},
		{"conviso.mapping.lifecycle", "your lifecycles and the platform's words for them, added to the built-in table", ""},
		{"conviso.mapping.type", "your types and the platform's words for them, added to the built-in table", ""},
		{"conviso.autoImport.query", "which entities may be imported without a person, in the filter language", "all"},
		{"conviso.autoImport.maxPerRun", "how many entities one check may import; more wait for a person", strconv.Itoa(defaultPerRun)},
	}
}
