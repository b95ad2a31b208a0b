import fc from 'fast-check';
import { MIXTURES } from './commands.ts';
import { demandInvariants } from './invariants.ts';
import { quiesce } from './quiescence.ts';
import type { Scene } from './scene.ts';
import { World } from './world.ts';

const MOST_COMMANDS = 20;

/** One run: whatever happens to a rotation happens, then nothing disturbs, and in the end all is well. */
export function rotationProperty(scene: Scene, seen: (world: World) => void = () => undefined) {
  return fc.asyncProperty(
    fc.constantFrom('keep-token' as const, 'reset-token' as const),
    fc.oneof(
      ...MIXTURES.map((command) => fc.commands([command], { maxCommands: MOST_COMMANDS, size: 'max' })),
    ),
    async (onSet, commands) => {
      const world = new World(scene, onSet);
      world.afterChange = () => demandInvariants(world);
      await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
      await quiesce(world);
      seen(world);
    },
  );
}
