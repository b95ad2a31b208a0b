import { checkPermission, checkUser } from './org-checks.ts';
import type { Check } from './preflight-check.ts';
import {
  checkConnection,
  checkCredential,
  checkCredentialSecret,
  checkDraft,
  checkIntegrations,
  checkLoginApp,
  checkRotationEnabled,
  checkTarget,
} from './secret-checks.ts';

/**
 * Everything that can be checked before a password changes, in the order in which
 * a rotation is refused: what costs nothing first, what asks the org last.
 */
export const PREFLIGHT_CHECKS: readonly Check[] = [
  { name: 'credential-secret', run: checkCredentialSecret },
  { name: 'rotation-enabled', run: checkRotationEnabled },
  { name: 'credential', run: checkCredential },
  { name: 'connection', run: checkConnection },
  { name: 'login-app', run: checkLoginApp },
  { name: 'target', run: checkTarget },
  { name: 'draft', run: checkDraft },
  { name: 'integrations', run: checkIntegrations },
  { name: 'user', run: checkUser },
  { name: 'permission', run: checkPermission },
];
