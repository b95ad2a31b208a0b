/**
 * Secrets and roles that are known at deployment only, such as those of another
 * stack. The configuration in the bundle has a placeholder for each, and the
 * function's environment has the values.
 */

const PLACEHOLDER =
  /^arn:aws:(?:secretsmanager:known-at-deployment:0{12}:secret:|iam::0{12}:role\/known-at-deployment\/)reference-(\d+)$/;

/** Stands for the ARN of a secret; reads as one, so that everything else can be checked at synth. */
export function secretPlaceholder(index: number): string {
  return `arn:aws:secretsmanager:known-at-deployment:000000000000:secret:reference-${index}`;
}

/** Stands for the ARN of a role. */
export function rolePlaceholder(index: number): string {
  return `arn:aws:iam::000000000000:role/known-at-deployment/reference-${index}`;
}

/** The number of the reference that a text stands for; `undefined` where it stands for itself. */
export function referenceIndex(text: string): number | undefined {
  const index = PLACEHOLDER.exec(text)?.[1];
  return index === undefined ? undefined : Number(index);
}

/** The configuration with every placeholder replaced; one that has no value stays, and is nobody's secret. */
export function fillReferences(json: unknown, values: readonly string[]): unknown {
  if (typeof json === 'string') return values[referenceIndex(json) ?? values.length] ?? json;
  if (Array.isArray(json)) return json.map((item) => fillReferences(item, values));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, fillReferences(value, values)] as const),
  );
}
