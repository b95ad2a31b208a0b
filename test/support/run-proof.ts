import { conclude } from './jest-run.ts';
import { runWithProof } from './proof-run.ts';

/** `npm run test:proof`: the flow tests, and the proof that each function may do what it did there and nothing else. */
conclude(await runWithProof(['test/flow']));
