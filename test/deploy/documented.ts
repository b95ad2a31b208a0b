/**
 * The commands of the README's "Deploy" section and of the operator's guide, as a
 * person types them. The deploy test runs these very texts, so that what is
 * documented is what works; that the documents have them is a test of its own.
 *
 * `<Name>` is an output of the stack, or what an earlier command answered.
 */

const createSecret = (name: string, file: string) =>
  `aws secretsmanager create-secret --name ${name} --secret-string file://${file}`;

/** Before the deployment: the secrets that it refers to. */
export const SEED: readonly string[] = [
  createSecret('salesforce/prod/rotator', 'rotator.json'),
  createSecret('salesforce/prod/billing', 'billing.json'),
  createSecret('billing/worker', 'worker.json'),
  createSecret('legacy/crm', 'crm.json'),
  createSecret('reports/job', 'job.env'),
];

/** Once per account and Region. */
export const BOOTSTRAP = 'npx cdk bootstrap aws://<Account>/<Region>';

/** Without `mailRecipients` the stack receives no mail. */
export const DEPLOY = 'npx cdk deploy -c config=rotation.config.json -c mailRecipients=billing@acme.example';

/** SES uses one rule set at a time. */
export const CONNECT_MAIL = 'aws ses set-active-receipt-rule-set --rule-set-name <MailRuleSetName>';

const invoke = (action: string) =>
  `aws lambda invoke --function-name <WatchFunctionName> --cli-binary-format raw-in-base64-out --payload '{"action":"${action}","credential":"billing","by":"alice"}' /dev/stdout`;

export const ROTATE_NOW = invoke('rotate-now');
export const STATUS = invoke('status');
export const CHECK = invoke('check');

/** A further integration: its secret first, then the configuration that names it. */
export const ADD_INTEGRATION = createSecret('late/comer', 'late.json');

/** An active rule set cannot be deleted. */
export const DESTROY: readonly string[] = ['aws ses set-active-receipt-rule-set', 'npx cdk destroy'];
