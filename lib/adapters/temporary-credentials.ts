/**
 * The one credential provider that the service uses of many. A module of its
 * own, because `import()` of the package would load all of them.
 */
export { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
