import type { MessageKey } from './en.ts';

/** Every sentence of the page, in Japanese. */
export const ja: Readonly<Record<MessageKey, string>> = {
  brand: 'Salesforce 認証情報のローテーション',
  skip: '本文へ移動',
  language: '言語',
  problemTitle: 'エラー: {heading}',

  'fact.title': '対象',
  'fact.credential': '認証情報',
  'fact.org': 'Salesforce 組織',
  'fact.username': 'Salesforce ユーザ',
  'fact.integrations': '連携',
  'fact.link': 'このページの有効期限',
  'fact.noSecrets': 'このページにも履歴にも、パスワードやトークンが表示されることはありません。',

  'time.withDistance': '{time}({distance})',

  'count.integration.one': '{count} 件の連携',
  'count.integration.other': '{count} 件の連携',
  'count.attempt.one': 'あと {count} 回試せます',
  'count.attempt.other': 'あと {count} 回試せます',

  'invitation.heading': 'ローテーションの準備ができました。まだ何も変更していません',
  'invitation.safe':
    'まだ何も変更していません。このページを見るだけでは何も変わりません。数分の時間が取れ、このユーザ宛てのメールを読めるときに「開始」を押してください。',
  'invitation.invitedAt': '依頼日時: {time}',
  'invitation.steps': '開始した後の流れ',
  'invitation.step.change':
    'Salesforce に新しいパスワードを設定します。その時点で古いパスワードは使えなくなります。',
  'invitation.step.mail': 'Salesforce が新しいセキュリティトークンを {username} のアドレスに送信します。',
  'invitation.step.paste':
    'そのトークンをこのページに貼り付けてください。切り替えの前に、トークンを 1 回だけ試します。',
  'invitation.step.swap': 'すべての連携が同時に新しい認証情報に切り替わります。',
  'invitation.outage.single':
    '開始してからトークンが受け付けられるまで、このユーザを使う {integrations} はログインできません。通常は、メールが届いて貼り付けるまでの数分間です。',
  'invitation.outage.alternating':
    '連携は止まりません。この認証情報には 2 人のユーザがあり、もう一方が動き続けます({integrations})。',
  'invitation.mailbox':
    '{username} のメールボックスを読めることが必要です。読めない場合は「開始」を押さず、読める人にこのメッセージを渡してください。',
  'invitation.start': 'ローテーションを開始',
  'invitation.starting': '開始しています…',

  'changing.heading': 'パスワードを変更しています',
  'changing.safe':
    '何も失われません。新しいパスワードは、Salesforce に送る前に安全に保管済みです。何もする必要はありません。このページはまもなく自動で進みます。',

  'token.heading': 'セキュリティトークンを貼り付けてください',
  'token.safe':
    '新しいパスワードは Salesforce に設定され、安全に保管されているので、何も失われません。足りないのは Salesforce がメールで送ったトークンだけです。下の欄に貼り付けてください。',
  'token.reset.safe':
    'このユーザのセキュリティトークンが Salesforce でリセットされました。パスワードは変わっておらず、何も失われていません。最新のトークンを入力すると、すべての連携に反映されます。',
  'token.since': '待ち始めた日時: {time}',
  'token.mailedTo': 'Salesforce は、ユーザ {username} に登録されたアドレス {address} に送信します。',
  'token.mailedToUser': 'Salesforce は、ユーザ {username} に登録されたアドレスに送信します。',
  'token.unreachable':
    'アドレス {address} ではメールを受信できません。Sandbox 組織を更新すると、アドレスの末尾に「.invalid」が付きます。まず Salesforce でユーザのアドレスを直し、その後、下の説明に従ってトークンを再発行してください。',
  'token.readsMailbox':
    'サービスもメールボックスを確認しています。先にそちらで見つかれば、このページは自動で進みます。',
  'token.label': 'セキュリティトークン、またはメール全体',
  'token.hint':
    'トークンは 24 文字または 25 文字の英数字です。空白や改行が入っていてもかまいません。メール全体を貼り付ければ、その中からトークンを探します。',
  'token.submit': 'このトークンを試す',
  'token.submitting': 'Salesforce に確認しています…',

  'credential.heading': 'Salesforce でパスワードが変更されました',
  'credential.safe':
    'このサービスの外でパスワードが変更されたため、連携は古いパスワードを持ったままです。何も失われていません。新しいパスワードとトークンを入力すると、すべての連携に行き渡ります。',
  'credential.since': '気付いた日時: {time}',
  'credential.password.label': '{username} の新しいパスワード',
  'credential.password.hint':
    'トークンを付けず、パスワードだけを入力してください。トークンと合わせて 1 回試し、Salesforce が受け付けた場合だけ保管します。',
  'credential.token.hint':
    '最新のメールのトークン、またはメール全体を貼り付けてください。信頼済み IP アドレスから、これまでもトークンなしでログインしていたユーザの場合だけ、空のままにします。',
  'credential.submit': 'パスワードとトークンを試す',

  'checking.heading': 'トークンを確認しています',
  'checking.safe':
    '何も失われません。入力された内容を受け付けるか、Salesforce に確認しています。数秒で終わります。何もする必要はありません。結果はこのページに表示されます。',

  'blocked.heading': 'ローテーションは止まっています。対応が必要です',
  'blocked.safe':
    '何も失われていません。自動では進みません。下の対処を行い、その後、運用担当者に再開を依頼してください。',
  'blocked.at': '止まった日時: {time}',
  'blocked.what': '起きたこと',
  'blocked.remedy': '対処',
  'blocked.tryAgain': '次に試せる日時',
  'blocked.resume': '対処が済んだら、運用担当者がコマンド {command} で再開します。',

  'verified.heading': '受け付けられました。次は切り替えです',
  'verified.safe':
    'Salesforce が新しい認証情報を受け付け、安全に保管されています。作業は終わりです。連携はまもなく切り替わります。',
  'verified.window.heading': '受け付けられました。切り替えの時間を待っています',
  'verified.window.safe':
    'Salesforce が新しい認証情報を受け付け、安全に保管されています。作業は終わりです。切り替えの時間になるまで、連携は今の認証情報を使い続けます。',
  'verified.window.at': '切り替わる日時: {time}',

  'staged.heading': '準備完了。すべての連携の新しいシークレットが用意できました',
  'staged.safe':
    '何も失われません。すべての連携はまだ今のシークレットを使っています。何もする必要はありません。続けて切り替えます。',

  'swapping.heading': '連携を切り替えています',
  'swapping.safe':
    '切り替えは決定済みで、途中で障害が起きても先に進むだけです。何もする必要はありません。数秒で終わります。',

  'done.heading': '完了しました。新しい認証情報が使われています',
  'done.safe': '残っている作業はありません。このページを閉じてかまいません。',
  'done.at': '完了日時: {time}',
  'done.swapped': '切り替え済み: {integrations}',
  'done.source.unchanged': 'トークンは変わっていなかったため、入力は不要でした。',
  'done.source.mailbox': 'トークンはメールから取り込まれました。',
  'done.source.operator': 'トークンは人の手で入力されました。ありがとうございました。',

  'gone.heading': 'このリンクは使えません',
  'gone.safe':
    '何も失われておらず、何も変更していません。期限が切れたか、新しいリンクに置き換わったか、リンクの一部が欠けている可能性があります。',
  'gone.newest': 'このローテーションについての最新のメッセージを探し、その中のリンクを開いてください。',
  'gone.whole': 'リンクをコピーした場合は、全体をコピーしたか確かめてください。',
  'gone.another': '見つからなければ、運用担当者に新しいリンクを依頼してください。コマンドは {command} です。',

  'steps.title': '進み具合',
  'steps.verify': '検証: Salesforce が新しい認証情報を受け付ける',
  'steps.stage': '準備: すべての連携の新しいシークレットを用意する',
  'steps.swap': '切り替え: すべての連携を同時に切り替える',
  'steps.done': '完了',
  'steps.current': '実行中',
  'steps.waiting': 'これから',
  'steps.noScript': 'このページは数秒ごとに自動で更新されます。',

  'help.title': 'メールが届かない場合',
  'help.wait':
    '数分待ち、迷惑メールフォルダも確認してください。件名は「新しい Salesforce セキュリティトークン」や「Your new Salesforce security token」など、差出人は Salesforce です。',
  'help.address':
    'アドレスを確認してください。Salesforce がトークンを送るのは、ユーザ {username} に登録されたアドレス {address} だけです。',
  'help.addressUnknown':
    'アドレスを確認してください。Salesforce がトークンを送るのは、ユーザ {username} に登録されたアドレスだけです。',
  'help.sandbox':
    'Sandbox 組織では、さらに 2 つの理由でメールが届かないことがあります。[設定] の [送信] で、アクセスレベルが「システムメールのみ」または「すべてのメール」になっている必要があります。また、組織を更新すると全ユーザのアドレスに「.invalid」が付くので、取り除く必要があります。',
  'help.ranges':
    'ユーザのプロファイルに「ログイン IP アドレスの制限」があると、下のページは表示されず、トークンも送信されません。トークンが届くまで制限を外せるか、プロファイルの管理者に相談してください。',
  'help.another':
    'トークンを再発行してください。{username} で Salesforce にログインし、{classic}、または Lightning の {lightning} を開きます([私の設定]、[個人用]、[私のセキュリティトークンのリセット])。使えるのは最新のトークンだけです。リセットすると、それより前のメールは無効になります。',
  'help.classic': '「私のセキュリティトークンのリセット」',
  'help.lightning': '同じページ',
  'help.apiOnly':
    '「API 限定ユーザ」権限を持つユーザは、そのページを開けません。システム管理者が一時的に権限を外し、トークンが届いたら元に戻すことができます。',
  'help.minutes':
    '新しいトークンは、Salesforce が受け付けるまで最長 15 分ほどかかることがあります。正しいのに拒否された場合は、少し待ってからもう一度試してください。',
  'help.command':
    'トークンはコマンドラインからも入力できます。コマンド {command} は、画面に表示せずに入力を受け取ります。',

  'problem.title': '受け付けられませんでした',
  'problem.empty': '入力欄が空です。トークン、またはメール全体を貼り付けてください。',
  'problem.wrong-length':
    'セキュリティトークンではありません。長さが違います。トークンは 24 文字または 25 文字の英数字です。一部がコピーされていないかもしれません。試行はしておらず、回数も減っていません。',
  'problem.wrong-characters':
    'パスワード、またはパスワードにトークンを続けたもののように見えます。トークンは英数字だけです。試行はしておらず、回数も減っていません。',
  'problem.looks-like-words':
    'トークンではなく文章のように見えます。トークンだけ、または「セキュリティトークン」の行を含むメール全体を貼り付けてください。試行はしておらず、回数も減っていません。',
  'problem.whole-mail-without-token':
    'メールのようですが、トークンが含まれていません。セキュリティトークンを知らせるメールですか。試行はしておらず、回数も減っていません。',
  'problem.whole-mail-with-two-tokens':
    '貼り付けた内容に複数のトークンがあります。最新のトークンだけを貼り付けてください。試行はしておらず、回数も減っていません。',
  'problem.is-password':
    'これはパスワード、またはパスワードにトークンを続けたものです。トークンだけを入力してください。試行はしておらず、回数も減っていません。',
  'problem.is-previous-token':
    'これは前のトークンで、もう使えません。より新しいメールを探してください。試行はしておらず、回数も減っていません。',
  'problem.other-user':
    'このメールは別の Salesforce ユーザ宛てです。「ユーザ名」の行が {username} のメールを使ってください。試行はしておらず、回数も減っていません。',
  'problem.no-password': 'パスワードが入力されていません。試行はしておらず、回数も減っていません。',
  'problem.too-long':
    'トークンのメールとしては長すぎます。トークンだけを貼り付けてください。試行はしておらず、回数も減っていません。',
  'problem.unreadable-form':
    'ブラウザから送られた内容を読み取れなかったため、何も試していません。もう一度入力してください。',

  'problem.declined.not-waiting': '今はトークンを待っていません。何も試していません。',
  'problem.declined.refused-before':
    'このトークンは前に Salesforce に拒否されたため、再び試すことはしませんでした。より新しいメールを探してください。',
  'problem.declined.blocked':
    'ローテーションが止まっているため、何も試していません。必要な対処は下にあります。',
  'problem.declined.already-verified':
    'トークンはすでに受け付けられています。ほかの人が入力したのかもしれません。今回のトークンは不要だったため、試していません。',
  'problem.declined.another-rotation':
    'このページは以前のローテーションのものです。何も試していません。最新のメッセージのリンクを開いてください。',
  'problem.declined.password-needed':
    'このサービスの外でパスワードが変更されたため、トークンだけでは足りません。下のフォームに両方を入力してください。何も試していません。',

  'problem.busy.same':
    '同じトークンを今まさに確認しています。ほかの人も入力したようです。重ねて試すことはしていません。結果はこのページに表示されます。',
  'problem.busy.other':
    '今は別のトークンを確認しているため、今回のトークンは試していません。そちらが拒否されたら、もう一度試してください。',
  'problem.too-soon':
    'このトークンは少し前に Salesforce に拒否されました。新しいトークンは使えるようになるまで数分かかることがあるため、まだ試していません。{time} 以降にもう一度試してください。',

  'problem.rejected.wrong-password-or-token':
    'Salesforce に拒否されました。パスワードまたはトークンが違います。最新のメールのトークンか確かめてください。',
  'problem.rejected.token-missing':
    'Salesforce に拒否されました。トークンがないとのことです。最新のメールを探し、トークン全体をコピーしてください。',
  'problem.rejected.locked':
    'Salesforce に拒否されました。ログインの失敗が続き、ユーザがロックされています。Salesforce でロックを解除するか、ロックが終わるまで待ってください。',
  'problem.rejected.ip-restricted':
    'Salesforce に拒否されました。このサービスの IP アドレスからはログインできません。ユーザのプロファイルで許可してください。',
  'problem.rejected.time-restricted':
    'Salesforce に拒否されました。この時間帯はログインできません。プロファイルのログイン時間帯を変更するか、待ってください。',
  'problem.rejected.password-expired':
    'Salesforce に拒否されました。パスワードが期限切れになっています。プロファイルのパスワードポリシーを確認してください。',
  'problem.rejected.inactive':
    'Salesforce に拒否されました。ユーザが無効です。Salesforce でユーザを有効にしてください。',
  'problem.rejected.frozen':
    'Salesforce に拒否されました。ユーザが凍結されています。Salesforce で凍結を解除してください。',
  'problem.rejected.rate-exceeded':
    'Salesforce に拒否されました。このユーザの 1 時間あたりのログインが多すぎます。1 時間待ってください。',
  'problem.rejected.password-flow-disabled':
    'Salesforce に拒否されました。OAuth のユーザ名パスワードフローがオフになっています。設定の「OAuth および OpenID Connect 設定」で許可してください。',
  'problem.rejected.api-disabled':
    'Salesforce に拒否されました。このユーザは API を使えません。ユーザに「API の有効化」権限を付けてください。',
  'problem.rejected.unknown':
    'Salesforce に拒否されましたが、理由は分かりません。最新のメールのトークンか確かめてください。新しいトークンは、使えるようになるまで数分かかることもあります。',
  'problem.unanswered':
    'Salesforce からはっきりした応答がなく、トークンが受け付けられるかどうか分かりません。この試行は 1 回と数えます。数分後に、同じトークンをもう一度試してください。',
  'problem.attempts': '({attempts}。)',
  'problem.blocked': 'ローテーションは止まりました。{what}',
  'problem.blocked.below': '起きたことと必要な対処は下にあります。',
  'problem.no-answer':
    '時間内にサービスの応答がありませんでした。何も失われておらず、入力した内容の処理が続いている可能性があります。もう一度試す前に、1 分ほどこのページを見ていてください。',

  'refused.method.heading': 'この方法ではページを利用できません',
  'refused.method.safe': '何も変更していません。メッセージのリンクをブラウザで開いてください。',
  'refused.cross-site.heading': '別のサイトから送信されました',
  'refused.cross-site.safe':
    '何も変更していません。別のウェブサイトが、あなたの名前でここに送信しようとしました。メッセージのリンクを開き、そのページのフォームを使ってください。',
  'refused.too-many.heading': 'アクセスが多すぎます',
  'refused.too-many.safe':
    '何も失われておらず、何も試していません。1 分待ってから、このページを読み込み直してください。',
  'refused.fault.heading': '今はこのページを表示できません',
  'refused.fault.safe':
    '何も失われていません。表示できないのはこのページだけで、ローテーションには影響しません。1 分待ってから、このページを読み込み直してください。',
};
