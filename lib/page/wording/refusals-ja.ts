import type { Refusal } from '../../core/domain/refusal.ts';

interface RefusalWords {
  readonly what: string;
  readonly remedy: string;
}

/**
 * What each refusal means and what to do, in Japanese. Core words them in
 * English, with the names of what is concerned; the page shows that sentence,
 * too.
 */
export const refusalsJa: Readonly<Record<Refusal['code'], RefusalWords>> = {
  'credential-secret-missing': {
    what: '認証情報のシークレットがないか、削除予定か、読み取りが許可されていません。何も変更していません。',
    remedy: 'シークレットを作成または復元し、関数にアクセスを許可してから再開してください。',
  },
  'credential-secret-unusable': {
    what: '認証情報のシークレットの内容を使えません。何も変更していません。',
    remedy:
      'username、password、securityToken、loginUrl を持つ JSON オブジェクトを保存してから再開してください。',
  },
  'credential-without-rotation': {
    what: '認証情報のシークレットでローテーションが有効になっていないため、新しいパスワードを確定できません。何も変更していません。',
    remedy: 'rotate 関数でローテーションを有効にし(デプロイで設定されます)、再開してください。',
  },
  'draft-secret-missing': {
    what: '下書きのシークレットがないか、読み取りが許可されていないため、新しいパスワードを安全に保管できません。何も変更していません。',
    remedy: '内容が {} の下書きのシークレットを作成し(デプロイで作成されます)、再開してください。',
  },
  'draft-holds-another-rotation': {
    what: '下書きのシークレットに別のローテーションのパスワードがあり、それが有効なものかもしれません。何も変更していません。',
    remedy: 'Salesforce のユーザと照合し、使われていないと分かったら下書きを {} に戻して再開してください。',
  },
  'connection-secret-unusable': {
    what: '接続用シークレットの内容を使えません。何も変更していません。',
    remedy: '接続の種類に必要な項目を持つ JSON オブジェクトを保存してから再開してください。',
  },
  'login-app-unusable': {
    what: '連携がログインに使うアプリケーションのシークレットの内容を使えません。ログインは試していません。',
    remedy: 'clientId と clientSecret を持つ JSON オブジェクトを保存してから再開してください。',
  },
  'current-credential-refused': {
    what: 'Salesforce が現在の認証情報を受け付けないため、ユーザ自身のセッションを開けません。連携は変更していません。',
    remedy:
      '有効なパスワードとセキュリティトークンを認証情報のシークレットに保存するか、ロックされている場合はロックを解除してから再開してください。',
  },
  'integration-secret-missing': {
    what: '連携のシークレットを読み取れません。Salesforce には何もしていません。',
    remedy: 'シークレットを作成または復元するか、設定から外してから再開してください。',
  },
  'integration-secret-unusable': {
    what: '連携のシークレットをその形式で書き込めません。Salesforce には何もしていません。',
    remedy: 'シークレットの内容を直すか、設定の形式を直してから再開してください。',
  },
  'integration-secret-used-twice': {
    what: '同じシークレットが設定で二度使われています。Salesforce には何もしていません。',
    remedy: '設定でシークレットを一度だけ指定してから再開してください。',
  },
  'org-connection-refused': {
    what: 'Salesforce 組織が、このサービス自身の接続を拒否しました。何も変更していません。',
    remedy: '接続アプリケーションのコンシューマ鍵と秘密、実行ユーザを確認してから再開してください。',
  },
  'connection-permission-missing': {
    what: '接続用ユーザに、パスワードを設定するための権限がありません。何も変更していません。',
    remedy:
      '実行ユーザに権限セットで「ユーザパスワードのリセットおよびユーザのロック解除」を与えてから再開してください。',
  },
  'user-not-found': {
    what: '組織にこのユーザがいないか、接続用ユーザから見えません。何も変更していません。',
    remedy: '認証情報のシークレットのユーザ名を直してから再開してください。',
  },
  'user-inactive': {
    what: 'ユーザが無効です。何も変更していません。',
    remedy: 'Salesforce でユーザを有効にしてから再開してください。',
  },
  'user-frozen': {
    what: 'ユーザが凍結されています。何も変更していません。',
    remedy: 'Salesforce で凍結を解除してから再開してください。',
  },
  'user-locked': {
    what: 'ログインの失敗が続き、ユーザがロックされています。これ以上は試しません。',
    remedy: 'Salesforce でロックを解除するか、ロックが終わるまで待ってから再開してください。',
  },
  'identity-changed': {
    what: 'ログイン先の組織またはユーザが、記録されているものと違います。その認証情報は使っていません。',
    remedy: '認証情報のシークレットのログイン URL とユーザ名を確認してから再開してください。',
  },
  'login-restricted': {
    what: 'この場所または時間帯からのログインを Salesforce が許可していません。新しいパスワードは下書きのシークレットに安全に保管されています。',
    remedy: 'ユーザのプロファイルで、関数の IP アドレスと時間帯を許可してから再開してください。',
  },
  'login-disabled': {
    what: '組織が、このユーザの API ログインを許可していません。新しいパスワードは下書きのシークレットに安全に保管されています。',
    remedy: '組織で SOAP API の login() を、ユーザに「Use Any API Auth」権限を許可してから再開してください。',
  },
  'api-version-retired': {
    what: 'ログインに使う API バージョンを、Salesforce はもう提供していません。新しいパスワードを設定した場合は、下書きのシークレットに安全に保管されています。',
    remedy:
      'login.apiVersion を login() のあるバージョン(最大 "64.0")にするか、連携を外部クライアントアプリケーションに移してから再開してください。',
  },
  'password-expired': {
    what: '設定した直後のパスワードが、期限切れとして扱われています。新しいパスワードは下書きのシークレットに安全に保管されています。',
    remedy: 'ユーザまたはプロファイルで、パスワード変更の要求を外してから再開してください。',
  },
  'password-refused': {
    what: '新しいパスワードがすべて Salesforce に拒否されました。古いパスワードがまだ有効です。',
    remedy:
      '設定の password.length と password.complexity を、組織のパスワードポリシー(最短 1 日の有効期間を含む)と比べてから再開してください。',
  },
  'permission-missing': {
    what: '接続用ユーザには、このユーザのパスワードを設定する権限がありません。古いパスワードがまだ有効です。',
    remedy:
      '実行ユーザに「ユーザパスワードのリセットおよびユーザのロック解除」権限を付けてから再開してください。',
  },
  'attempts-spent': {
    what: '許されたログインの試行回数を使い切りました。もう 1 回試すとロックされるおそれがあるため、試しません。新しいパスワードは下書きのシークレットに安全に保管されています。',
    remedy:
      'Salesforce が失敗の記録を忘れるまで待ち、その後、最新のトークンを手元に用意して再開してください。',
  },
  'no-token-source': {
    what: '古いトークンは使えなくなり、ほかにトークンの入手方法が設定されていません。新しいパスワードは下書きのシークレットに安全に保管されています。',
    remedy: '設定の token.sources に "mailbox" または "operator" を加えてから再開してください。',
  },
  'credential-edited-during-commit': {
    what: '切り替えの最中に、誰かが認証情報のシークレットを書き換えました。すべての連携には検証済みの新しい認証情報があり、書き換えられた内容は上書きしていません。',
    remedy:
      '書き換えが誤りなら再開してください。検証済みの認証情報が有効になり、書き換えられた内容は前のバージョンとして残ります。',
  },
  'draft-lost': {
    what: 'このローテーションが設定したパスワードが、下書きのシークレットに残っていません。推測してはならないため、止まっています。',
    remedy: '下書きの前のバージョンを復元してから(履歴に残っています)、再開してください。',
  },
  'current-user-not-in-pair': {
    what: '認証情報のシークレットにあるユーザが、交互に使う 2 人のどちらでもありません。何も変更していません。',
    remedy: '設定の strategy.usernames、または認証情報のシークレットのユーザ名を直してから再開してください。',
  },
  'rollback-needs-two-users': {
    what: 'ユーザが 1 人だけで、古いパスワードは新しいものを設定した時点で無効になったため、戻せません。何も変更していません。',
    remedy:
      '別のパスワードにするには、もう一度ローテーションしてください。戻せるようにするには、"alternating-users" を使ってください。',
  },
  'rollback-to-dead-credential': {
    what: '前の認証情報には戻せません。すべての連携は今の認証情報を使い続けます。',
    remedy: '代わりにローテーションしてください。待機中のユーザに新しいパスワードが設定されます。',
  },
  'rollback-without-attempts': {
    what: '許されたログインの試行回数を使い切ったため、前の認証情報がまだ使えるか試せません。すべての連携は今の認証情報を使い続けます。',
    remedy: 'Salesforce が失敗の記録を忘れるまで待ってから、もう一度ロールバックを依頼してください。',
  },
};
