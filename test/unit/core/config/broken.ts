import { ConfigurationError, checkConfiguration } from '../../../../lib/core/config/load.ts';

/** A configuration that passes, as plain JSON, for a test to break. */
function healthy() {
  return {
    orgs: {
      prod: {
        loginUrl: 'https://acme.my.salesforce.com',
        connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
      },
    },
    credentials: {
      billing: {
        org: 'prod',
        secret: 'salesforce/prod/billing',
        integrations: [
          { secret: 'etl/airflow', format: 'json' },
          { secret: 'mule/salesforce', format: 'json' },
        ],
      },
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the point is to put in what does not belong there.
export type Break = (file: any) => void;

export const set =
  (path: string, value: unknown): Break =>
  (file) => {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const target = keys.reduce((object, key) => (object[key] ??= {}), file);
    if (value === undefined) delete target[last];
    else target[last] = value;
  };
export const billing = (path: string, value: unknown) => set(`credentials.billing.${path}`, value);

export function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}
export const broken = (change: Break) => {
  const file = healthy();
  change(file);
  return problemsOf(() => checkConfiguration(file));
};
