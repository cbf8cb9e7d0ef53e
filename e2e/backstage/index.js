// A Backstage backend with its software catalog and nothing else. The catalog's entities
// come from ENTITIES, a file of one JSON entity a line.
//
// Standard input is the leash. With HOLD=1 the start-up rests twice, as on a slow machine,
// each time until a line arrives: first when the port is open but no route is mounted, then
// when the catalog's routes are there but the catalog is not. When the input ends, the
// process ends too, so that no backend outlives the test that started it.
'use strict';

const { once } = require('node:events');
const { createReadStream } = require('node:fs');
const { createInterface } = require('node:readline');
const { createBackend } = require('@backstage/backend-defaults');
const {
  coreServices,
  createBackendModule,
  createServiceFactory,
  createServiceRef,
} = require('@backstage/backend-plugin-api');
const { entityEnvelopeSchemaValidator, stringifyEntityRef } = require('@backstage/catalog-model');
const { catalogProcessingExtensionPoint } = require('@backstage/plugin-catalog-node');

const NAME = 'e2e';
const LOCATION = 'url:https://git.example.com/catalog/catalog-info.yaml';

const input = createInterface({ input: process.stdin });
input.once('close', () => process.exit(0));

// rest waits for the next line of the input, where the start-up is held.
const rest = async () => {
  if (process.env.HOLD === '1') await once(input, 'line');
};

// One entity without a legal envelope, or one reference twice, fails everything that is
// handed over with it; so those stay out here. What is illegal in a smaller way the catalog
// itself refuses, entity by entity.
async function readEntities(file) {
  const legal = entityEnvelopeSchemaValidator();
  const entities = new Map();
  let refused = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const entity = JSON.parse(line);
    try {
      legal(entity);
    } catch {
      refused += 1;
      continue;
    }
    entity.metadata.annotations = {
      'backstage.io/managed-by-location': LOCATION,
      'backstage.io/managed-by-origin-location': LOCATION,
      ...entity.metadata.annotations,
    };
    const ref = stringifyEntityRef(entity);
    if (entities.has(ref)) refused += 1;
    else entities.set(ref, entity);
  }
  console.error(`${NAME}: ${entities.size} entities read from ${file}, ${refused} refused`);
  return [...entities.values()];
}

const provider = {
  getProviderName: () => NAME,
  async connect(connection) {
    const entities = await readEntities(process.env.ENTITIES);
    // Not awaited: a large catalog fills while the backend already answers.
    connection
      .applyMutation({ type: 'full', entities: entities.map(entity => ({ entity, locationKey: NAME })) })
      .catch(error => {
        console.error(error);
        process.exit(1);
      });
  },
};

// A root service that wants the router: it is made when the port is open and before any
// plugin is.
const beforeRoutes = createServiceFactory({
  service: createServiceRef({ id: `${NAME}.beforeRoutes`, scope: 'root' }),
  deps: { router: coreServices.rootHttpRouter },
  factory: async () => rest(),
});

// The catalog starts when its modules have.
const entities = createBackendModule({
  pluginId: 'catalog',
  moduleId: NAME,
  register(env) {
    env.registerInit({
      deps: { processing: catalogProcessingExtensionPoint },
      async init({ processing }) {
        processing.addEntityProvider(provider);
        await rest();
      },
    });
  },
});

const backend = createBackend();
backend.add(beforeRoutes);
backend.add(require('@backstage/plugin-catalog-backend'));
backend.add(entities);
backend.start();
