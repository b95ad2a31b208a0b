/** What AWS does with a function's permissions by itself, so that no call of the function shows it. */
export interface ServiceSide {
  /** Which functions have it. @default all of them */
  readonly functions?: readonly string[];
  readonly actions: readonly string[];
  /** What the permission is on; `*` where the actions have no resource level. */
  readonly resource: (functionName: string) => string;
  readonly reason: string;
}

export const SERVICE_SIDE: readonly ServiceSide[] = [
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resource: (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Logs`,
    reason: 'Lambda writes what a function prints into its log.',
  },
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resource: () => '*',
    reason: 'Lambda sends the traces to X-Ray.',
  },
  {
    functions: ['advance'],
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resource: () => 'PokesQueue',
    reason: 'Lambda takes the messages out of the queue and hands them to the function.',
  },
];

/** As the proof spells permissions. */
export function permissionsOf(entry: ServiceSide, functionName: string): readonly string[] {
  if (entry.functions?.includes(functionName) === false) return [];
  return entry.actions.map((action) => `${action} on ${entry.resource(functionName)}`);
}
