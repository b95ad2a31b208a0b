import { type Draft, renderDraft } from '../../domain/credential-value.ts';
import type { Workbench } from '../workbench.ts';

/**
 * Writes a draft. `conflict`: an earlier run wrote another one under this id,
 * and what the draft secret holds now has to be looked at.
 */
export async function storeDraft(
  bench: Workbench,
  draft: Draft,
  versionId: string,
): Promise<'written' | 'conflict'> {
  const { draftSecret } = bench.credential;
  const text = renderDraft(draft);
  const written = await bench.ports.secrets.write(draftSecret, { versionId, text });
  if (written === 'conflict') bench.forget();
  else bench.wrote(draftSecret, { kind: 'found', versionId, text, arn: draftSecret });
  return written;
}
