import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IDependable } from 'constructs';
import { type Configuration, checkConfiguration } from '../core/config/load.ts';
import type { ConfigurationInput } from '../core/config/schema.ts';
import { editPatterns } from './credential-edits.ts';
import { grantSending } from './mail-senders.ts';
import { RotationAlarms } from './observability/alarms.ts';
import { RotationDashboard } from './observability/dashboard.ts';
import { RotationEvents } from './observability/rotation-events.ts';
import {
  allowInvoking,
  allowSecretsKey,
  commitGrants,
  completionGrants,
  mailboxGrants,
  reconciliationGrants,
  type SecretArns,
  secretArns,
} from './permissions.ts';
import { REFERENCES_VARIABLE, referencesVariable } from './reference-variable.ts';
import type { RotationFunctions } from './rotation-functions.ts';
import type { RotationTargets } from './rotation-targets.ts';
import type { SecretDirectory } from './secret-directory.ts';
import { pathsOfSecrets } from './secret-paths.ts';
import { secretPatterns } from './secret-patterns.ts';
import { grantSecrets } from './secret-policies.ts';

/** A service to which everything was added. */
export interface CompleteRotation {
  readonly configuration: ConfigurationInput;
  readonly directory: SecretDirectory;
  readonly functions: RotationFunctions;
  readonly rotationTargets: RotationTargets;
  readonly encryptionKey: IKey;
  readonly topic: ITopic;
  readonly deadLetters: IQueue;
  readonly longestWait: Duration;
  readonly managedPolicyQuota: number;
}

/**
 * Adds what depends on the whole configuration: permissions on secrets, rules for
 * what Secrets Manager tells of them, alarms, and the functions' code, in which the
 * configuration travels.
 *
 * @returns what a rotation of a credential must wait for: the rotate function's permissions.
 * @throws ConfigurationError for what is wrong with the configuration as a whole.
 */
export function completeRotation(scope: Construct, rotation: CompleteRotation): readonly IDependable[] {
  const { configuration, directory } = rotation;
  const checked = checkConfiguration(configuration);
  const secrets = secretArns(directory, checked);
  const sent = grantSending(scope, checked, rotation.functions.roles);
  const permissions = grant(
    scope,
    { ...rotation, managedPolicyQuota: rotation.managedPolicyQuota - sent },
    secrets,
  );
  rotation.functions.watchEdits(
    editPatterns(
      directory,
      [...checked.credentials.values()].map(({ secret }) => secret),
    ),
  );
  if (secrets.credentials.length > 0) observe(scope, rotation, checked, secrets.credentials);
  equip(scope, rotation);
  return permissions;
}

function grant(scope: Construct, rotation: CompleteRotation, secrets: SecretArns): readonly IDependable[] {
  const { configuration, directory, functions, managedPolicyQuota } = rotation;
  const common = {
    pathOf: pathsOfSecrets(directory, configuration),
    lengthOf: (arn: string) => directory.length(arn),
    managedPolicyQuota,
  };
  const permissions = grantSecrets(scope, 'CommitSecrets', {
    ...common,
    roles: [functions.rotate.role],
    grants: commitGrants(secrets),
    description: 'Secrets that the rotate function of the Salesforce credential rotation swaps',
  });
  grantSecrets(scope, 'ReconciliationSecrets', {
    ...common,
    roles: [functions.advance.role, functions.watch.role],
    grants: reconciliationGrants(secrets),
    description: 'Secrets that a reconcile of the Salesforce credential rotation prepares',
  });
  grantSecrets(scope, 'CompletionSecrets', {
    ...common,
    roles: [functions.mail.role],
    grants: completionGrants(secrets),
    description: 'Secrets that a mailed token of the Salesforce credential rotation completes',
  });
  grantSecrets(scope, 'MailboxSecrets', {
    ...common,
    roles: [functions.watch.role],
    grants: mailboxGrants(secrets),
    description: 'Logins of the mailboxes that the Salesforce credential rotation reads',
  });
  for (const { role } of functions.reconcilers) allowInvoking(role, rotation.rotationTargets.arns);
  const keys = [...directory.keys].filter((key) => key !== rotation.encryptionKey);
  for (const role of functions.roles) for (const { keyArn } of keys) allowSecretsKey(role, keyArn);
  return permissions;
}

function observe(
  scope: Construct,
  rotation: CompleteRotation,
  { credentials }: Configuration,
  credentialSecretArns: readonly string[],
): void {
  const { configuration, directory, functions, topic, deadLetters, longestWait } = rotation;
  const patterns = secretPatterns({
    secretArns: credentialSecretArns,
    lengthOf: (arn) => directory.length(arn),
    pathOf: pathsOfSecrets(directory, configuration),
  });
  const events = new RotationEvents(scope, 'RotationEvents', { patterns, topic });
  const { rotate, advance, watch, mail, widget, page } = functions;
  const escalates = [...credentials.values()].some(({ prompt }) => prompt.escalate !== undefined);
  const watched = {
    events,
    deadLetters,
    functions: {
      advance: advance.function,
      watch: watch.function,
      mail: mail.function,
      widget: widget.function,
      intake: page?.intake.function,
    },
  };
  const alarms = new RotationAlarms(scope, 'Alarms', { ...watched, topic, longestWait, escalates });
  new RotationDashboard(scope, 'Dashboard', { ...watched, rotate: rotate.function, alarms: alarms.all });
}

/** Gives each function the configuration and what it refers to. */
function equip(scope: Construct, { configuration, directory, functions }: CompleteRotation): void {
  const { references } = directory;
  const variable = references.length === 0 ? undefined : referencesVariable(scope, references);
  const text = JSON.stringify(configuration, undefined, 2);
  for (const { function: created, code } of functions.all) {
    if (variable !== undefined) created.addEnvironment(REFERENCES_VARIABLE, variable);
    code.bundle(text);
  }
}
