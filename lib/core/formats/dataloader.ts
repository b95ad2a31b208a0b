import { orJson } from './json-text.ts';
import { keyedFormat } from './keyed-format.ts';
import { openProperties } from './properties-text.ts';

/**
 * Salesforce Data Loader's properties. Password followed by token. Data Loader
 * itself wants the password encrypted: what starts it does that.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.dataLoader.meta/dataLoader/loader_params.htm
 */
export const dataloader = keyedFormat('dataloader', orJson(openProperties), {
  username: 'sfdc.username',
  password: 'sfdc.password',
  place: { kind: 'endpoint', key: 'sfdc.endpoint' },
});
