import type { EventType } from '../../domain/state.ts';
import type { AskingEvent, MessageSubject, MessageWording } from '../message-parts.ts';

const TITLES: Readonly<Partial<Record<EventType, string>>> = {
  'Rotation Invited': 'パスワード変更の開始待ち',
  'Token Requested': 'セキュリティトークンの入力待ち',
  'Token Reminder': '再通知: セキュリティトークンの入力待ち',
  'Token Escalated': '至急: セキュリティトークンが未入力',
  'Prompt Renewed': '新しい入力リンク',
  'Password Changed Outside': 'パスワードが外部で変更されました',
  'User Locked Out': 'ユーザーがロックされています',
  'Token Reset Outside': 'セキュリティトークンが外部でリセットされました',
  'Password Expired': 'パスワードの有効期限が切れています',
  'Credential Edited': '認証情報シークレットが書き換えられました',
  'Straggler Seen': '古い認証情報を使い続けるクライアントがあります',
  'Login Retires': 'このログイン方式は廃止されます',
  'Mailbox Not Read': 'メールボックスを読み取れません',
  'Token Not Proven': 'トークンを確認できませんでした',
  'Rotation Completed': 'パスワード変更が完了しました',
  'Rotation Blocked': 'パスワード変更が停止しています',
};

/** The messages in Japanese. What only tells keeps the event's own sentence, which is English. */
export const japaneseMessages: MessageWording = {
  title: ({ type, credential }) => `${TITLES[type] ?? type}: ${credential}`,
  lead: leadOf,
  steps: (event, subject) => [...stepsOf(event, subject)],
  facts: {
    credential: '認証情報',
    org: '組織',
    username: 'ユーザー',
    mailbox: 'トークンの送信先',
    unreachable: '(末尾が .invalid のため、メールは届きません)',
    integrations: '連携先のシークレット数',
    until: 'リンクの有効期限',
  },
  link: 'ページを開く',
};

function leadOf(event: AskingEvent, { event: { reason }, credential, prompt }: MessageSubject): string {
  const user = `ユーザー「${prompt?.username ?? credential.name}」`;
  const isSingle = credential.strategy.kind === 'single-user';
  const safe =
    reason === 'token-reset'
      ? 'パスワードは変わっていません。'
      : '新しいパスワードは下書きシークレットに安全に保存されています。';
  const meanwhile = isSingle
    ? '入力が済むまで、連携はログインできません。'
    : 'その間も、連携はもう一方のユーザーで動作を続けます。';
  switch (event) {
    case 'Rotation Invited':
      return `${user}のパスワードを変更する時期になりました。「開始」が押されるまで、Salesforce では何も変更されません。`;
    case 'Token Requested':
      return `Salesforce に${user}の新しいパスワードを設定しました。新しいセキュリティトークンがユーザーのメールアドレスに送信されます。${meanwhile}`;
    case 'Token Reminder':
      return `${user}のセキュリティトークンがまだ入力されていません。${safe}${meanwhile}`;
    case 'Token Escalated':
      return `${user}のセキュリティトークンが、担当者からまだ入力されていません。${safe}${meanwhile}`;
    case 'Prompt Renewed':
      return `${user}の新しい入力リンクです。以前のリンクは使えなくなりました。`;
    case 'Token Reset Outside':
      return `${user}のセキュリティトークンが、このサービス以外でリセットされました。パスワードは変わっていません。新しいトークンが入力されるまで、連携はログインできません。`;
    case 'Password Changed Outside':
      return `${user}のパスワードが、このサービス以外で変更されました。現在のパスワードとセキュリティトークンを入力してください。連携先のシークレットは変更されていません。`;
  }
}

function* stepsOf(event: AskingEvent, { credential, prompt }: MessageSubject): Generator<string> {
  const { name } = credential;
  const isOpen = prompt?.page !== undefined;
  switch (event) {
    case 'Rotation Invited':
      yield 'ユーザー宛てのメールを読めることを確認してください。新しいセキュリティトークンはそこに届きます。';
      yield isOpen
        ? 'ページを開き、「開始」を押してください。'
        : `「sfrotate start ${name}」を実行してください。`;
      return;
    case 'Password Changed Outside':
      yield isOpen
        ? 'ページを開き、現在のパスワードとセキュリティトークンを入力してください。'
        : `「sfrotate token ${name} --with-password」を実行し、現在のパスワードとセキュリティトークンを入力してください。`;
      return;
    default:
      yield 'ユーザーのメールボックスで、Salesforce からのセキュリティトークンのメールを探してください。';
      yield isOpen
        ? 'ページを開き、トークンまたはメール全体を貼り付けてください。'
        : `「sfrotate token ${name}」を実行し、トークンまたはメール全体を貼り付けてください。`;
  }
}
