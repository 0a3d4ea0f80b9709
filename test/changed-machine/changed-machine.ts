import { type Change, invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import type { ObservedUnit } from '#change/observed';
import type { Outcome } from '#check/outcome';
import { resolveConflicts } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import { sightOfPlace } from '#cli/sight-of-place';
import { unitStates } from '#collect/host/services';
import { unitsThatMatter } from '#collect/host/units-that-matter';
import { collectMachine, type Place } from '#collect/machine';
import type { Sources } from '#collect/sources';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { makePlan } from '#plan/make-plan';
import type { Plan } from '#plan/plan';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { changeOrder } from '#rules/order';
import type { Wishes } from '#wishes/wishes';
import { SimulatedFiles } from '../simulated-machine/simulated-files.js';
import { SimulatedMachine } from '../simulated-machine/simulated-machine.js';
import { onGuest } from './on-guest.js';
import { plainXml } from './plain-xml.js';
import { powerCycle } from './power-cycle.js';
import { reboot } from './reboot.js';
import { simulatedSources } from './simulated-sources.js';
import { type HeldPages, heldAtFirst, takeHugePages } from './take-huge-pages.js';
import { systemctlThatShows } from './unit-activity-files.js';

/** A machine and what its guests are for. */
export interface Start {
  readonly name: string;
  readonly sources: Sources;
  readonly wishes: Wishes;
  readonly now: Date;
}

/** What is judged, by whom, to what end. */
export interface Judgement {
  readonly machine: Machine;
  /** After conflicts were resolved. */
  readonly outcomes: readonly Outcome[];
  /** Before. */
  readonly raw: readonly Outcome[];
}

/** What came of making the changes of a plan. */
export interface Application {
  /** In the order in which they were made. */
  readonly made: readonly Change[];
  readonly faults: readonly string[];
}

/** A captured machine in memory that can be judged, planned for, changed, restarted, and changed back. */
export class ChangedMachine {
  readonly #start: Start;
  readonly #machine: SimulatedMachine;
  readonly #units: ReadonlyMap<string, ObservedUnit>;
  /** Outputs of commands that are others since a reboot, by command line. */
  #outputs: ReadonlyMap<string, string> = new Map();
  #held: HeldPages | undefined;

  constructor(start: Start) {
    this.#start = start;
    const { sources } = start;
    const teller = unitStates(sources);
    this.#units = new Map(
      unitNames(sources).flatMap((name): [string, ObservedUnit][] => {
        const unit = valueIfKnown(teller(name));
        if (unit === undefined || !unit.isInstalled) return [];
        const { isInstalled, isMasked, isEnabled = false, isActive = false } = unit;
        return [[name, { isInstalled, isMasked, isEnabled, isActive }]];
      }),
    );
    this.#machine = new SimulatedMachine({
      files: new SimulatedFiles(sources.files),
      units: Object.fromEntries(this.#units),
      guests: Object.fromEntries(
        domainsOf(sources).map(({ name, xml, liveXml }) => [
          name,
          {
            stored: 'value' in xml ? xml.value : undefined,
            running: liveXml !== undefined && 'value' in liveXml ? liveXml.value : undefined,
          },
        ]),
      ),
      programs: { systemctl: systemctlThatShows },
      onGuest,
    });
  }

  judge(): Judgement {
    const { wishes, now } = this.#start;
    const machine = collectMachine(this.#place());
    const raw = runRules(machine, rules, wishes, now);
    return { machine, raw, outcomes: resolveConflicts(raw, conflicts) };
  }

  plan({ machine }: Judgement, outcomes: readonly Outcome[]): Plan {
    return makePlan({
      tool: 'nearmetal 0',
      machine,
      policy: this.#start.wishes.policy,
      intents: [],
      asked: new Set(outcomes.map(({ rule }) => rule.id)),
      outcomes,
      order: changeOrder,
      sight: sightOfPlace(this.#place()),
    });
  }

  /** Makes all changes of a plan, and sees to what they need to be in force: what waits for others is made in a later round. */
  apply({ changes }: Pick<Plan, 'changes'>): Application {
    const made: Change[] = [];
    const faults: string[] = [];
    const done = new Set<number>();
    for (let left = changes; left.length > 0; ) {
      const now = left.filter(({ waitsFor }) => waitsFor.every(number => done.has(number)));
      if (now.length === 0) {
        faults.push(`changes wait for each other: ${left.map(({ number }) => number).join(', ')}`);
        break;
      }
      for (const { change, number } of now) {
        const fault = this.#make(change);
        if (fault === undefined) made.push(change);
        else faults.push(`${number}. ${change.kind} ${change.on}: ${fault}`);
      }
      const epochs = new Set(now.map(({ epoch }) => epoch));
      if (epochs.has('host-reboot')) this.reboot();
      else if (epochs.has('guest-power-cycle')) this.powerCycle();
      else this.#takePages();
      for (const { number } of now) done.add(number);
      left = left.filter(({ number }) => !done.has(number));
    }
    return { made, faults };
  }

  /** Makes all changes at once, whatever they wait for, with nothing in force that needs more. */
  applyWithoutEffects({ changes }: Pick<Plan, 'changes'>): Application {
    const faults: string[] = [];
    const made: Change[] = [];
    for (const { change, number } of changes) {
      const fault = this.#make(change);
      if (fault === undefined) made.push(change);
      else faults.push(`${number}. ${change.kind} ${change.on}: ${fault}`);
    }
    return { made, faults };
  }

  /** Takes changes back in reverse order; gives what went wrong. */
  undo(made: readonly Change[]): readonly string[] {
    return made.toReversed().flatMap(change => {
      const fault = this.#make(invert(change));
      return fault === undefined ? [] : [`undo of ${change.kind} ${change.on}: ${fault}`];
    });
  }

  reboot(): void {
    const { sources } = this.#start;
    const { outputs, emptied } = reboot({
      machine: this.#machine,
      base: sources,
      now: this.sources(),
      units: this.#units,
    });
    this.#outputs = outputs;
    const first = heldAtFirst(collectMachine({ ...this.#place(), sources }));
    this.#held = new Map([...first].filter(([key]) => !emptied.has(key.split(' ')[0] ?? '')));
    this.powerCycle();
  }

  powerCycle(): void {
    powerCycle(this.#machine, this.#start.sources);
    this.#takePages();
  }

  /** Guests hold the huge pages that they run with; those that had none may start once there are enough. */
  #takePages(): void {
    const { sources } = this.#start;
    this.#held ??= heldAtFirst(collectMachine({ ...this.#place(), sources }));
    this.#held = takeHugePages(this.#machine, this.#held, collectMachine(this.#place()));
  }

  /** Definitions that mean what they did, and are spelled otherwise: apply puts the stored original back, byte for byte. */
  respelled(): number {
    return domainsOf(this.#start.sources).filter(({ name, xml }) => {
      const stored = this.#machine.guests.get(name)?.stored;
      return 'value' in xml && stored !== xml.value && stored !== undefined && plainXml(stored) === plainXml(xml.value);
    }).length;
  }

  /** What is not as it was captured. */
  differences(): readonly string[] {
    const changed = this.#machine.files.changed();
    // a pool that was set as a whole has as many pages again; how they lie on nodes is the kernel's choice
    const isOfNode = (path: string): boolean => /\/node\d+\/(?:meminfo|hugepages\/)/.test(path);
    const pools = [...changed.keys()].some(path => path.startsWith('/sys/kernel/mm/hugepages/'));
    const files = [...changed]
      .filter(([path]) => !mayDiffer.test(path) && (pools || !isOfNode(path)))
      .filter(([path, text]) => !this.#isAsBefore(path, text))
      .map(([path, text]) => `${path}: ${JSON.stringify(this.#textBefore(path))} → ${JSON.stringify(text)}`);
    const cpus = this.#textBefore('/sys/devices/system/cpu/online')?.trim() ?? '';
    const guests = domainsOf(this.#start.sources).flatMap(({ name, xml, liveXml }) => {
      const guest = this.#machine.guests.get(name);
      const stored = 'value' in xml ? xml.value : undefined;
      const running = liveXml !== undefined && 'value' in liveXml ? liveXml.value : undefined;
      return [
        ...xmlDifference(`${name}, stored`, stored, guest?.stored),
        ...xmlDifference(`${name}, running`, unbound(running, cpus), unbound(guest?.running, cpus)),
      ];
    });
    const units = [...this.#units].flatMap(([name, was]) => {
      const is = this.#machine.units.observe(name);
      return JSON.stringify(is) === JSON.stringify(was)
        ? []
        : [`${name}: ${JSON.stringify(was)} → ${JSON.stringify(is)}`];
    });
    return [...files, ...guests, ...units];
  }

  sources(): Sources {
    return simulatedSources(this.#start.sources, this.#machine, this.#units, this.#outputs);
  }

  #place(): Place {
    return { source: this.#start.name, extent: 'host', sources: this.sources() };
  }

  #textBefore(path: string): string | undefined {
    const found = this.#start.sources.files.read(path);
    return found.outcome === 'ok' ? found.value : undefined;
  }

  /** Blanks before the end of a line of the kernel say nothing; and a bundle may know of a link and not where it points. */
  #isAsBefore(path: string, text: string | undefined): boolean {
    const plain = (told: string | undefined): string | undefined => told?.replaceAll(/[ \t]+$/gm, '');
    if (/^\/(?:proc|sys)\//.test(path)) return plain(text) === plain(this.#textBefore(path));
    const slash = path.lastIndexOf('/');
    const names = this.#start.sources.files.list(path.slice(0, slash));
    const isListed = names.outcome === 'ok' && names.value.includes(path.slice(slash + 1));
    return (
      text?.startsWith('→ ') === true && isListed && this.#start.sources.files.link(path).outcome === 'not-captured'
    );
  }

  #make(change: Change): string | undefined {
    const kind = kindOf(change);
    const fault = kind.fault(change);
    if (fault !== undefined) return fault;
    try {
      const seen = this.#machine.observe(change);
      const obstacle = kind.obstacle(change, seen);
      if (obstacle !== undefined) return `obstacle: ${obstacle}`;
      const state = kind.state(change, seen);
      if (kind.isSame(state, change.after)) return undefined;
      if (!kind.isSame(state, change.before))
        return `it is ${JSON.stringify(state)}, neither ${JSON.stringify(change.before)} nor ${JSON.stringify(change.after)}`;
      for (const step of kind.steps(change, seen)) this.#machine.do(step);
      const after = this.#machine.state(change);
      return kind.isSame(after, change.after)
        ? undefined
        : `it reads back as ${JSON.stringify(after)}, not ${JSON.stringify(change.after)}`;
    } catch (error) {
      return error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error);
    }
  }
}

/** libvirt can bind a thread that runs, and limit its memory, and cannot take either away again: all CPUs and no limit mean the same. */
const unbound = (xml: string | undefined, cpus: string): string | undefined =>
  xml
    ?.replaceAll(new RegExp(`<(?:vcpupin|emulatorpin|iothreadpin)\\b[^>]*cpuset=['"]${cpus}['"][^>]*/>`, 'g'), '')
    .replaceAll(/<(\w+_limit)\b[^>]*>9007199254740991<\/\1>/g, '')
    .replaceAll(/<(cputune|memtune)>\s*<\/\1>/g, '');

function xmlDifference(what: string, was: string | undefined, is: string | undefined): readonly string[] {
  if (was === is) return [];
  const [before, after] = [was, is].map(xml => (xml === undefined ? 'nothing' : plainXml(xml)));
  if (before === after) return [];
  const at = [...(before ?? '')].findIndex((letter, index) => letter !== after?.[index]);
  const from = Math.max(0, at - 80);
  return [`${what}: …${before?.slice(from, at + 160)} → …${after?.slice(from, at + 160)}`];
}

/** Units that have a file. */
const unitNames = ({ files }: Sources): readonly string[] => [
  ...new Set(
    ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'].flatMap(folder => {
      const found = files.list(folder);
      return found.outcome === 'ok' ? found.value.filter(name => /\.(?:service|socket|mount)$/.test(name)) : [];
    }),
  ),
  ...unitsThatMatter,
];

/** What the kernel does by itself: pages that were merged come back slowly. */
const mayDiffer = /^\/sys\/kernel\/mm\/ksm\/pages_shar(?:ed|ing)$/;

const domainsOf = ({ libvirt }: Sources) =>
  'domains' in libvirt && 'value' in libvirt.domains ? libvirt.domains.value : [];
