/**
 * What the console shows to who adds the widget to a dashboard and asks for its
 * documentation. Markdown; without a block of parameters, because there are none.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html#add_custom_widget_describe
 */
export const WIDGET_DOCUMENTATION = `## Salesforce credential rotation: the fleet

Draws every credential of the service, what most needs a person first: its phase and since when, for whom or what it waits, the age of its password beside the limit, its next rotation, the login attempts that the service may still make, and the clients that still log in with a replaced credential.

**Rotate now** asks first and then calls the watch function as you: you need \`lambda:InvokeFunction\` on this function to see the fleet, and on the watch function to rotate.

It takes no parameters, and reads nothing but the ledger.
`;
