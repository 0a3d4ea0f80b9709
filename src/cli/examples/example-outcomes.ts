import type { Rule } from '#check/define-rule';
import type { Example } from '#check/example';
import type { Outcome } from '#check/outcome';
import { runRules } from '#check/run-rules';
import { exampleSources, guestNames } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import { valueIfKnown } from '#model/known';
import { noWishes } from '#wishes/wishes';

/** The time of every example. */
const now = new Date('2026-11-01T12:00:00Z');

/** Reads an example as a real machine is read, and gives what the rule comes to on its host, or on its first guest and the first of its devices. */
export function exampleOutcomes(rule: Rule, example: Example): Outcome {
  const machine = collectMachine({ source: 'example', extent: 'host', sources: exampleSources(example) });
  const names = guestNames(example);
  const known = new Set(valueIfKnown(machine.guests)?.map(({ name }) => name));
  const [first] = names.filter(name => known.has(name));
  const all = [...(example.guest === null ? [] : [example.guest]), ...(example.others ?? [])];
  const ofGuests = all.flatMap((guest, at) => {
    const name = names[at];
    return typeof guest === 'object' && guest.intents !== undefined && name !== undefined
      ? [[name, guest.intents] as const]
      : [];
  });
  const outcomes = runRules(
    machine,
    [rule],
    {
      ...noWishes,
      policy: example.policy ?? 'current',
      defaultIntents: rule.subject === 'host' ? (example.intents ?? []) : [],
      guestIntents: new Map([
        ...(first !== undefined && example.intents !== undefined ? [[first, example.intents] as const] : []),
        ...ofGuests,
      ]),
      params: example.params === undefined ? new Map() : new Map([[rule.id, example.params]]),
    },
    now,
  );
  const own = outcomes.filter(({ subject: { kind, name, guest = kind === 'guest' ? name : undefined } }) =>
    [undefined, first].includes(guest),
  );
  const worst = own.find(outcome => outcome.outcome === 'bad') ?? own[0];
  if (worst === undefined) throw new Error(`${rule.id} judged nothing in example "${example.name}"`);
  return worst;
}
