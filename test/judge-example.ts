import type { Example } from '#check/example';
import type { Outcome } from '#check/outcome';
import { resolveConflicts } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import { valueIfKnown } from '#model/known';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import type { Intent } from '#wishes/intent';
import { noWishes } from '#wishes/wishes';

const now = new Date('2026-11-01T12:00:00Z');

/** All that the rules come to on a machine of which an example tells how it differs from the reference, before conflicts are resolved and after. */
export function judgeExample(
  example: Omit<Example, 'name' | 'expect'>,
  intents: readonly (readonly Intent[])[],
  policy: 'current' | 'guide' = 'current',
): { readonly before: readonly Outcome[]; readonly after: readonly Outcome[] } {
  const machine = collectMachine({
    source: 'example',
    extent: 'host',
    sources: exampleSources({ name: 'example', expect: 'bad', ...example }),
  });
  const guests = valueIfKnown(machine.guests) ?? [];
  const said = guests.flatMap(({ name }, at) => {
    const own = intents[at] ?? intents.at(-1);
    return own === undefined ? [] : [[name, own] as const];
  });
  const before = runRules(machine, rules, { ...noWishes, policy, guestIntents: new Map(said) }, now);
  return { before, after: resolveConflicts(before, conflicts) };
}
