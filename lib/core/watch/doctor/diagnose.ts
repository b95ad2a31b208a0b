import type { Configuration } from '../../config/load.ts';
import { compactRecord } from '../../domain/records.ts';
import type { Ports } from '../../ports/ports.ts';
import { credentialNamed } from '../../reconcile/advance.ts';
import { type Examination, examine } from './examine.ts';
import type { Diagnosis } from './finding.ts';

/**
 * What is wrong with a credential, and what to do about each thing. It reads
 * only: no login attempt, and no write.
 *
 * @throws UnknownCredential
 */
export async function diagnose(ports: Ports, configuration: Configuration, name: string): Promise<Diagnosis> {
  return diagnosisOf(name, await examine(ports, credentialNamed(configuration, name)));
}

export function diagnosisOf(credential: string, { state, findings }: Examination): Diagnosis {
  return compactRecord({ credential, phase: state?.phase, findings });
}
