/**
 * The suites of the constructs. They are one test file, because jest loads
 * aws-cdk-lib anew for each file, and that takes longer than they do.
 */
import './app-context.suite.ts';
import './bundle-limits.suite.ts';
import './cost.suite.ts';
import './created-secret.suite.ts';
import './credential-edits.suite.ts';
import './lease.suite.ts';
import './mail-senders.suite.ts';
import './nag.suite.ts';
import './native-rotation.suite.ts';
import './observability.suite.ts';
import './permissions.suite.ts';
import './prompt-domain.suite.ts';
import './prompt-page.suite.ts';
import './rotation-function.suite.ts';
import './rotation-key.suite.ts';
import './salesforce-rotation.suite.ts';
import './schema.suite.ts';
import './secret-policies.suite.ts';
import './self-connection.suite.ts';
import './stack.suite.ts';
import './template-size.suite.ts';
import './token-mail.suite.ts';
import './widget.suite.ts';
