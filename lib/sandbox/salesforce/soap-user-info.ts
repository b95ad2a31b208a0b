import type { SalesforceOrg } from './org.ts';
import { element, nil } from './soap-envelope.ts';
import type { StoredSession, StoredUser } from './state.ts';
import { fullName } from './tables.ts';

interface Opened {
  readonly user: StoredUser;
  readonly session: StoredSession;
  readonly passwordExpired: boolean;
}

/** The content of a LoginResult. The server URL carries version and org, as later calls use it. */
export function loginResult(org: SalesforceOrg, baseUrl: string, version: string, opened: Opened): string {
  const organization = org.organizationId.slice(0, 15);
  return [
    element('metadataServerUrl', `${baseUrl}/services/Soap/m/${version}/${organization}`),
    element('passwordExpired', opened.passwordExpired),
    element('sandbox', org.settings.isSandbox),
    element('serverUrl', `${baseUrl}/services/Soap/u/${version}/${organization}`),
    element('sessionId', opened.session.id),
    element('userId', opened.user.id),
    `<userInfo>${userInfo(org, opened.user)}</userInfo>`,
  ].join('');
}

/** The content of a GetUserInfoResult. Locale and currency are fixed: nothing here depends on them. */
export function userInfo(org: SalesforceOrg, user: StoredUser): string {
  return [
    element('accessibilityMode', false),
    element('chatterExternal', false),
    element('currencySymbol', '$'),
    element('orgAttachmentFileSizeLimit', 5_242_880),
    element('orgDefaultCurrencyIsoCode', 'USD'),
    element('orgDisallowHtmlAttachments', false),
    element('orgHasPersonAccounts', false),
    element('organizationId', org.organizationId),
    element('organizationMultiCurrency', false),
    element('organizationName', org.settings.organizationName),
    nil('roleId'),
    element('sessionSecondsValid', org.settings.sessionTimeoutMinutes * 60),
    nil('userDefaultCurrencyIsoCode'),
    element('userEmail', user.email),
    element('userFullName', fullName(user)),
    element('userId', user.id),
    element('userLanguage', 'en_US'),
    element('userLocale', 'en_US'),
    element('userName', user.username),
    element('userTimeZone', 'America/Los_Angeles'),
    element('userType', 'Standard'),
    element('userUiSkin', 'Theme3'),
  ].join('');
}
