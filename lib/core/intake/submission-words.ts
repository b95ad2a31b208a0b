/**
 * What is said of a submission wherever it came in, on the page and on the
 * command line, in English. A word in braces is filled in. Where it is said
 * where to look next, each has its own words.
 */
export const submissionWords = {
  'count.attempt.one': '{count} attempt left',
  'count.attempt.other': '{count} attempts left',

  'problem.wrong-length':
    'This is not a security token: it has another length. A token has 24 or 25 letters and digits. Perhaps a part was not copied. It was not tried, and no attempt was spent.',
  'problem.wrong-characters':
    'This looks like a password, or a password with the token behind it: a token has letters and digits only. It was not tried, and no attempt was spent.',
  'problem.looks-like-words':
    'This looks like a sentence, not like a token. Paste the token alone, or the whole mail with its line “Security token”. It was not tried, and no attempt was spent.',
  'problem.whole-mail-without-token':
    'This looks like a mail, but there is no token in it. Is it the mail with the subject “Your new Salesforce security token”? It was not tried, and no attempt was spent.',
  'problem.whole-mail-with-two-tokens':
    'There is more than one token in what you pasted. Paste the newest one alone. It was not tried, and no attempt was spent.',
  'problem.is-password':
    'This is the password, or the password with a token behind it. Bring the token alone. It was not tried, and no attempt was spent.',
  'problem.is-previous-token':
    'This is the previous token, which no longer works. Look for a newer mail. It was not tried, and no attempt was spent.',
  'problem.no-password': 'The password is missing. It was not tried, and no attempt was spent.',

  'problem.declined.not-waiting': 'The rotation does not wait for a token at the moment. Nothing was tried.',
  'problem.declined.refused-before':
    'Salesforce refused this very token before, so it was not tried again. Look for a newer mail.',
  'problem.declined.already-verified':
    'A token was accepted already, perhaps one that somebody else brought. Yours was not needed and not tried.',

  'problem.too-soon':
    'Salesforce refused this token a moment ago, and a new token can take minutes to work. It was not tried again. Try it again after {time}.',

  'problem.rejected.wrong-password-or-token':
    'Salesforce refused it: the password or the token is wrong. Is it the token from the newest mail?',
  'problem.rejected.token-missing':
    'Salesforce refused it: it says that the token is missing. Look for the newest mail and copy the whole token.',
  'problem.rejected.locked':
    'Salesforce refused it: the user is locked out after failed logins. Unlock the user in Salesforce, or wait for the lockout to end.',
  'problem.rejected.ip-restricted':
    'Salesforce refused it: the user may not log in from the address of this service. Allow it in the user’s profile.',
  'problem.rejected.time-restricted':
    'Salesforce refused it: the user may not log in at this hour. Change the login hours in the user’s profile, or wait.',
  'problem.rejected.password-expired':
    'Salesforce refused it: the password counts as expired. Look at the password policy of the user’s profile.',
  'problem.rejected.inactive':
    'Salesforce refused it: the user is disabled. Activate the user in Salesforce.',
  'problem.rejected.frozen': 'Salesforce refused it: the user is frozen. Unfreeze the user in Salesforce.',
  'problem.rejected.rate-exceeded':
    'Salesforce refused it: too many logins of this user within an hour. Wait for an hour.',
  'problem.rejected.password-flow-disabled':
    'Salesforce refused it: the OAuth username-password flow is switched off. Allow it in the OAuth and OpenID Connect Settings of Setup.',
  'problem.rejected.api-disabled':
    'Salesforce refused it: the API is not enabled for the user. Give the user the permission “API Enabled”.',
  'problem.rejected.unknown':
    'Salesforce refused it and does not say why. Is it the token from the newest mail? A new token can also take some minutes to work.',
  'problem.unanswered':
    'Salesforce gave no clear answer, so nobody knows whether it accepts the token. The attempt counts as spent. Try the same token again in some minutes.',
  'problem.attempts': '({attempts}.)',
} as const;
