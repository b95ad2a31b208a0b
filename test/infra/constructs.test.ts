/**
 * The suites of the constructs. They are one test file, because jest loads
 * aws-cdk-lib anew for each file, and that takes longer than they do.
 */
import './created-secret.suite.ts';
import './lease.suite.ts';
import './native-rotation.suite.ts';
import './observability.suite.ts';
import './permissions.suite.ts';
import './rotation-function.suite.ts';
import './rotation-key.suite.ts';
import './salesforce-rotation.suite.ts';
import './schema.suite.ts';
import './secret-policies.suite.ts';
import './stack.suite.ts';
import './token-mail.suite.ts';
