import { configurationJsonSchema } from '../lib/core/config/load.ts';

/** Prints the JSON Schema of the configuration file; `npm run schema` keeps `docs/rotation.schema.json` by it. */
process.stdout.write(`${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
