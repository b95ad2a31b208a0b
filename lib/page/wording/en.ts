import { submissionWords } from '../../core/intake/submission-words.ts';

/**
 * Every sentence of the page, in English. A word in braces is filled in. The
 * other languages have the same keys with the same words in braces; a test
 * compares them.
 *
 * Tone: the reader may have been woken by an alarm. Say what is true now, that
 * nothing is lost, and what to do next, in this order.
 */
export const en = {
  brand: 'Salesforce credential rotation',
  skip: 'Skip to the content',
  language: 'Language',
  problemTitle: 'Error: {heading}',

  'fact.title': 'This concerns',
  'fact.credential': 'Credential',
  'fact.org': 'Salesforce org',
  'fact.username': 'Salesforce user',
  'fact.integrations': 'Integrations',
  'fact.link': 'This page works until',
  'fact.noSecrets': 'This page never shows a password or a token, and neither does the history.',

  'time.withDistance': '{time} ({distance})',

  'count.integration.one': '{count} integration',
  'count.integration.other': '{count} integrations',

  'invitation.heading': 'Ready to rotate: nothing has changed yet',
  'invitation.safe':
    'Nothing has been changed, and nothing changes by looking at this page. Press Start when you have a few minutes and can read the mail of this user.',
  'invitation.invitedAt': 'You were invited {time}.',
  'invitation.steps': 'What happens after Start',
  'invitation.step.change':
    'The service sets a new password in Salesforce. The old one stops working at that moment.',
  'invitation.step.mail': 'Salesforce mails a new security token to the address of {username}.',
  'invitation.step.paste':
    'You paste that token here. The service tries it, once, before anything is swapped.',
  'invitation.step.swap': 'Every integration gets the new credential at the same time.',
  'invitation.outage.single':
    'From Start until the token is accepted, {integrations} with this user cannot log in. That usually takes a few minutes: as long as the mail needs, and you.',
  'invitation.outage.alternating':
    'No integration is interrupted: this credential has two users, and the other one keeps working ({integrations}).',
  'invitation.mailbox':
    'You need access to the mailbox of {username}. If you cannot read it, do not press Start; pass this message to somebody who can.',
  'invitation.start': 'Start the rotation',
  'invitation.starting': 'Starting …',

  'changing.heading': 'The password is being changed',
  'changing.safe':
    'Nothing is lost: the new password was stored safely before Salesforce heard of it. You need do nothing; this page goes on by itself in a moment.',

  'token.heading': 'Paste the security token',
  'token.safe':
    'Salesforce has the new password, and it is stored safely, so nothing is lost. The token that Salesforce mailed is all that is missing: paste it below.',
  'token.reset.safe':
    'Somebody reset the security token of this user in Salesforce. The password is as it was, and nothing is lost: bring the newest token, and every integration gets it.',
  'token.since': 'It is waited for since {time}.',
  'token.mailedTo': 'Salesforce sends it to {address}, the address on the user {username}.',
  'token.mailedToUser': 'Salesforce sends it to the address on the user {username}.',
  'token.unreachable':
    'The address {address} cannot receive mail: a refreshed sandbox org adds “.invalid” to it. Correct the address on the user in Salesforce first, then ask for another token as described below.',
  'token.readsMailbox':
    'The service reads the mailbox, too. If the mail comes there first, this page goes on without you.',
  'token.label': 'Security token, or the whole mail',
  'token.hint':
    'The token has 24 or 25 letters and digits. Blanks and line breaks do not matter. You may also paste the whole mail; the service finds the token in it.',
  'token.submit': 'Try this token',
  'token.submitting': 'Salesforce is being asked …',

  'credential.heading': 'Somebody changed the password in Salesforce',
  'credential.safe':
    'The password was changed outside of this service, so the integrations hold an old one. Nothing is lost: bring the new password and the token, and every integration gets them.',
  'credential.since': 'It was noticed {time}.',
  'credential.password.label': 'New password of {username}',
  'credential.password.hint':
    'The password alone, without the token. It is tried once with the token and stored only when Salesforce accepts it.',
  'credential.token.hint':
    'The token from the newest mail, or the whole mail. Leave this empty only if the user has always logged in without a token, from trusted addresses.',
  'credential.submit': 'Try password and token',

  'checking.heading': 'A token is being tried at this moment',
  'checking.safe':
    'Nothing is lost. Salesforce is being asked whether it accepts what was brought; that takes a few seconds. You need do nothing; this page says what came of it.',

  'blocked.heading': 'The rotation is stopped until somebody helps',
  'blocked.safe':
    'Nothing is lost, and nothing goes on by itself. Apply the remedy below; then let an operator resume the rotation.',
  'blocked.at': 'It stopped {time}.',
  'blocked.what': 'What happened',
  'blocked.remedy': 'What to do',
  'blocked.tryAgain': 'Try again after',
  'blocked.resume': 'When that is done, an operator lets the rotation go on with the command {command}.',

  'verified.heading': 'Accepted: the swap comes next',
  'verified.safe':
    'Salesforce accepted the new credential, and it is stored safely. You are done; the integrations get it in a moment.',
  'verified.window.heading': 'Accepted: waiting for the rotation window',
  'verified.window.safe':
    'Salesforce accepted the new credential, and it is stored safely. You are done; the integrations keep the current one until the window opens.',
  'verified.window.at': 'They get the new one {time}.',

  'staged.heading': 'Prepared: every integration has its new secret waiting',
  'staged.safe':
    'Nothing is lost, and every integration still uses the current secret. You need do nothing; the swap follows at once.',

  'swapping.heading': 'The integrations are being swapped',
  'swapping.safe':
    'The swap is decided and only goes forward now, even after a crash. You need do nothing; it takes a few seconds.',

  'done.heading': 'Done: the new credential is in use',
  'done.safe': 'Nothing is left to do. You can close this page.',
  'done.at': 'It was completed {time}.',
  'done.swapped': 'Swapped: {integrations}.',
  'done.source.unchanged': 'The token had not changed, so nobody had to bring one.',
  'done.source.mailbox': 'The token came by mail.',
  'done.source.operator': 'A person brought the token. Thank you.',

  'gone.heading': 'This link does not work',
  'gone.safe':
    'Nothing is lost, and nothing was changed. Perhaps the link has expired, a newer one has taken its place, or a part of it is missing.',
  'gone.newest': 'Look for the newest message about this rotation and open the link in that one.',
  'gone.whole': 'If you copied the link, copy all of it.',
  'gone.another': 'Or ask an operator for another link; the command for it is {command}.',

  'steps.title': 'Progress',
  'steps.verify': 'Verify: Salesforce accepts the new credential',
  'steps.stage': 'Stage: every integration’s new secret is prepared',
  'steps.swap': 'Swap: every integration gets it at the same time',
  'steps.done': 'done',
  'steps.current': 'under way',
  'steps.waiting': 'to come',
  'steps.noScript': 'This page looks again by itself every few seconds.',

  'help.title': 'I did not get the mail',
  'help.wait':
    'Give it a few minutes, and look in the spam folder. The subject is “Your new Salesforce security token”, or similar; the sender is Salesforce.',
  'help.address':
    'Check the address. Salesforce sends the token to {address}, the address on the user {username}, and to nobody else.',
  'help.addressUnknown':
    'Check the address. Salesforce sends the token to the address on the user {username}, and to nobody else.',
  'help.sandbox':
    'In a sandbox org, two more things stop mails: under Setup, Deliverability, the access level must be “System email only” or “All email”; and a refresh adds “.invalid” to every user’s address, which must be taken off again.',
  'help.ranges':
    'If the user’s profile has Login IP Ranges, Salesforce hides the page below and mails no token. Ask whoever looks after the profile whether the ranges can be taken off until the token has come.',
  'help.another':
    'Ask for another token: log in to Salesforce as {username} and open {classic}, or in Lightning {lightning} (My Settings, Personal, Reset My Security Token). Only the newest token works: after a reset, an earlier mail is worthless.',
  'help.classic': 'Reset My Security Token',
  'help.lightning': 'this page',
  'help.apiOnly':
    'A user with the permission “API Only User” cannot open that page. An administrator can take the permission off for the moment, and give it back when the token has come.',
  'help.minutes':
    'A new token can take up to 15 minutes until Salesforce accepts it. If it was refused and you are sure of it, wait before you try it again.',
  'help.command':
    'The token can also be brought on the command line with {command}, which asks for it without showing it.',

  'problem.title': 'That did not work',
  'problem.empty': 'The field is empty. Paste the token, or the whole mail.',
  ...submissionWords,
  'problem.other-user':
    'This mail is for another Salesforce user. Bring the one whose line “Username” says {username}. It was not tried, and no attempt was spent.',
  'problem.too-long':
    'This is far too long for a token mail. Paste the token alone. It was not tried, and no attempt was spent.',
  'problem.unreadable-form':
    'What your browser sent could not be read, so nothing was tried. Please enter it again.',

  'problem.declined.blocked':
    'The rotation is stopped, so nothing was tried. What is to be done stands below.',
  'problem.declined.another-rotation':
    'This page belongs to an earlier rotation. Nothing was tried. Open the link in the newest message.',
  'problem.declined.password-needed':
    'The password was changed outside of this service, so a token alone is not enough: bring both in the form below. Nothing was tried.',

  'problem.busy.same':
    'This very token is being tried at the moment; somebody else brought it, too. Yours was not tried again. This page says what came of it.',
  'problem.busy.other':
    'Another token is being tried at the moment, so yours was not. If that one is refused, try yours then.',
  'problem.blocked': 'The rotation has stopped. {what}',
  'problem.blocked.below': 'What happened, and what to do, stands below.',
  'problem.no-answer':
    'The service gave no answer in time. Nothing is lost: what you brought may still be on its way. Look at this page for a minute before you try again.',

  'refused.method.heading': 'This page cannot be used that way',
  'refused.method.safe': 'Nothing was changed. Open the link from the message in a browser.',
  'refused.cross-site.heading': 'Sent from another website',
  'refused.cross-site.safe':
    'Nothing was changed. Another website tried to send something here in your name. Open the link from the message and use the form there.',
  'refused.too-many.heading': 'Too many requests',
  'refused.too-many.safe':
    'Nothing is lost, and nothing was tried. Wait for a minute, then load this page again.',
  'refused.fault.heading': 'This page cannot be shown now',
  'refused.fault.safe':
    'Nothing is lost: only the page is disturbed, the rotation goes on without it. Wait for a minute, then load this page again.',
} as const;

export type MessageKey = keyof typeof en;
