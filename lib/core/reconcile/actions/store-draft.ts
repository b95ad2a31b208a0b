import { type Draft, renderDraft } from '../../domain/credential-value.ts';
import type { Workbench } from '../workbench.ts';

/** Writes a draft; where an earlier run wrote another one under this id, that one is the draft. */
export async function storeDraft(bench: Workbench, draft: Draft, versionId: string): Promise<void> {
  const { draftSecret } = bench.credential;
  const text = renderDraft(draft);
  const written = await bench.ports.secrets.write(draftSecret, { versionId, text });
  if (written === 'conflict') bench.forget();
  else bench.wrote(draftSecret, { kind: 'found', versionId, text, arn: draftSecret });
}
