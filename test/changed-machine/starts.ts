import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '#check/define-rule';
import type { Example } from '#check/example';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import { exampleSources } from '#cli/examples/example-sources';
import { openBundle } from '#cli/open-bundle';
import { collectMachine } from '#collect/machine';
import type { Sources } from '#collect/sources';
import { valueIfKnown } from '#model/known';
import { rules } from '#rules/index.gen';
import type { Intent } from '#wishes/intent';
import { noWishes } from '#wishes/wishes';
import { sumNodes } from '../simulated-machine/kernel-knobs.js';
import { SimulatedFiles } from '../simulated-machine/simulated-files.js';
import type { Start } from './changed-machine.js';

const folder = 'test/machines';

/** All captured machines. */
export async function capturedStarts(): Promise<readonly Start[]> {
  const starts: Start[] = [];
  for (const name of readdirSync(folder)) {
    const origin: { readonly bundle: string } = JSON.parse(readFileSync(join(folder, name, 'origin.json'), 'utf8'));
    const { sources } = await openBundle({ kind: 'bundle', path: origin.bundle });
    starts.push({ name, sources, wishes: noWishes, now: new Date('2026-11-22T20:00:00Z') });
  }
  return starts;
}

/** A rule's example, as a machine. */
export function exampleStart(rule: Rule, example: Example): Start {
  const sources = consistent(exampleSources(example));
  const machine = collectMachine({ source: 'example', extent: 'host', sources });
  const guests = valueIfKnown(machine.guests) ?? [];
  const said = new Map<string, readonly Intent[]>();
  const [first] = guests;
  if (first !== undefined && example.intents !== undefined) said.set(first.name, example.intents);
  for (const [at, guest] of [example.guest, ...(example.others ?? [])].entries()) {
    const name = guests[at]?.name;
    if (typeof guest === 'object' && guest !== null && guest.intents !== undefined && name !== undefined)
      said.set(name, guest.intents);
  }
  return {
    name: `${rule.id}: ${example.name}`,
    sources,
    wishes: {
      ...noWishes,
      policy: example.policy ?? 'current',
      defaultIntents: rule.subject === 'host' ? (example.intents ?? []) : [],
      guestIntents: said,
      params: example.params === undefined ? new Map() : new Map([[rule.id, example.params]]),
    },
    now: new Date('2026-11-01T12:00:00Z'),
  };
}

/** An example tells the files of pools of huge pages; the kernel tells their sums in others, too. */
function consistent(sources: Sources): Sources {
  const files = new SimulatedFiles(sources.files);
  let hugetlb = 0;
  for (const name of files.kernel.list('/sys/kernel/mm/hugepages')) {
    const size = /^hugepages-(\d+)kB$/.exec(name)?.[1];
    if (size === undefined) continue;
    sumNodes(files.kernel, size);
    hugetlb += Number(size) * Number(files.kernel.read(`/sys/kernel/mm/hugepages/${name}/nr_hugepages`)?.trim() ?? 0);
  }
  const meminfo = files.kernel.read('/proc/meminfo');
  const told = Number(/^Hugetlb:\s+(\d+)/m.exec(meminfo ?? '')?.[1] ?? Number.POSITIVE_INFINITY);
  if (meminfo !== undefined && told < hugetlb)
    files.write('/proc/meminfo', meminfo.replace(/^(Hugetlb:\s+)\d+/m, `$1${hugetlb}`));
  return { ...sources, files };
}

/** Bad examples by rule; of rules that are judged. */
export const badExamples = (): readonly { readonly rule: Rule; readonly example: Example }[] =>
  rules
    .filter(({ judgedBy }) => judgedBy !== 'gate')
    .flatMap(rule => rule.examples.filter(({ expect }) => expect === 'bad').map(example => ({ rule, example })));

/** Ids of rules that ask for a change in one of their examples. */
export const rulesWithFixes = (): readonly string[] => [
  ...new Set(
    badExamples().flatMap(({ rule, example }) => {
      const outcome = exampleOutcomes(rule, example);
      return outcome.outcome === 'bad' && (outcome.finding.fix ?? []).length > 0 ? [rule.id] : [];
    }),
  ),
];
