/** The constructs, and the types of what they take. */

export { ConfigurationError, type ConfigurationProblem } from './core/config/load.ts';
export type { ConfigurationInput } from './core/config/schema.ts';
export type {
  CreateSecretProps,
  CredentialProps,
  EnvelopeProps,
  IntegrationProps,
  MailboxProps,
  OrgProps,
  SecretReference,
} from './infra/credential-props.ts';
export type { PromptPageProps } from './infra/prompt-address.ts';
export type { RotatedCredential } from './infra/rotated-credential.ts';
export { RotationStack, type RotationStackProps } from './infra/rotation-stack.ts';
export { SalesforceRotation, type SalesforceRotationProps } from './infra/salesforce-rotation.ts';
export type { TokenMailProps } from './infra/token-mail-receipt.ts';
