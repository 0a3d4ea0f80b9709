import type { Change } from '#change/change';
import { kindOf } from '#change/kind-of';
import type { Look, Observed, ObservedUnit } from '#change/observed';
import type { Step } from '#change/step';
import type { FileTree } from '#transport/file-tree';
import { type MemoryEntry, memoryTree } from '#transport/memory-tree';
import { failure } from './failure.js';
import { programs as basePrograms, type Program } from './programs.js';
import { SimulatedFiles } from './simulated-files.js';
import { SimulatedUnits } from './simulated-units.js';

/** A guest's two halves; undefined: it has none. */
export interface SimulatedGuest {
  stored: string | undefined;
  running: string | undefined;
}

/** A step on a guest. */
type GuestStep = Extract<Step, { readonly do: 'define-guest' | 'live-call' }>;

/** What a machine starts with. */
export interface SimulationStart {
  /** A captured machine, or texts by path. */
  readonly files: FileTree | Readonly<Record<string, string>>;
  readonly units?: Readonly<Record<string, Partial<ObservedUnit>>>;
  readonly guests?: Readonly<Record<string, SimulatedGuest>>;
  /** Programs by name, beside those that there are. */
  readonly programs?: Readonly<Record<string, Program>>;
  /** Carries out a step on a guest. Throws where libvirt would refuse. */
  readonly onGuest?: (guest: SimulatedGuest, step: GuestStep) => void;
}

/** A machine in memory: files, knobs with the kernel's ways, units, programs, guests. It does steps as a real one would, or refuses. */
export class SimulatedMachine {
  readonly files: SimulatedFiles;
  readonly units: SimulatedUnits;
  readonly guests: Map<string, SimulatedGuest>;
  readonly #programs: Readonly<Record<string, Program>>;
  readonly #onGuest: SimulationStart['onGuest'];

  constructor({ files, units = {}, guests = {}, programs = {}, onGuest }: SimulationStart) {
    this.files = files instanceof SimulatedFiles ? files : new SimulatedFiles(isTree(files) ? files : treeOf(files));
    this.units = new SimulatedUnits(this.files, units);
    this.guests = new Map(Object.entries(guests).map(([name, guest]) => [name, { ...guest }]));
    this.#programs = { ...basePrograms, ...programs };
    this.#onGuest = onGuest;
  }

  /** Does one step. Throws as Node's fs does, or an Error that says what was refused. */
  do(step: Step): void {
    switch (step.do) {
      case 'write-file':
        if (step.text === undefined) this.files.remove(step.path);
        else
          this.files.store(
            step.path,
            new TextEncoder().encode(step.text),
            step.mode === undefined || this.files.load(step.path) !== undefined ? {} : { mode: step.mode },
          );
        return;
      case 'write-knob':
        this.files.writeKnob(step.path, step.text);
        return;
      case 'wait': {
        const text = this.text(step.path);
        if (text === undefined) throw failure('ENOENT', step.path);
        if (text.replace(/\n$/, '') !== step.until) throw new Error(`${step.path} is still ${text.trim()}`);
        return;
      }
      case 'run': {
        const { code, output } = this.run(step.argv);
        if (code !== 0) throw new Error(`${step.argv.join(' ')}: ${output} (exit code ${code})`);
        return;
      }
      case 'define-guest':
      case 'live-call': {
        const guest = this.guests.get(step.guest);
        if (guest === undefined) throw new Error(`no guest is called ${step.guest}`);
        if (this.#onGuest === undefined) throw new Error('this machine has no libvirt');
        this.#onGuest(guest, step);
        return;
      }
      case 'build-file':
      case 'place-file':
        throw new Error('this machine has no disk images');
    }
  }

  /** Starts a program. */
  run(argv: readonly string[]): { readonly code: number; readonly output: string } {
    const name = (argv[0] ?? '').split('/').at(-1) ?? '';
    const program = this.#programs[name];
    return program === undefined
      ? { code: 127, output: `${name}: command not found` }
      : { code: 0, output: '', ...program(argv.slice(1), this) };
  }

  /** Text of a file; undefined: it is not there. */
  text(path: string): string | undefined {
    const found = this.files.read(path);
    return found.outcome === 'ok' ? found.value : undefined;
  }

  /** Looks at all that the kind of a change wants to see; asking for anything else throws TypeError. */
  observe(change: Change): Observed {
    const looks = new Set<string>();
    const seen = this.#observed(looks);
    const kind = kindOf(change);
    for (let count = -1; count !== looks.size; ) {
      count = looks.size;
      for (const look of kind.looks(change, seen)) looks.add(JSON.stringify(look));
    }
    return seen;
  }

  /** The state that a change's knobs are in. */
  state(change: Change): unknown {
    return kindOf(change).state(change, this.observe(change));
  }

  /** The steps that are left from here to what a change wants. */
  steps(change: Change): readonly Step[] {
    return kindOf(change).steps(change, this.observe(change));
  }

  /** Makes a change, or only its first `most` steps. Gives whether it reads back as wanted. */
  make(change: Change, most = Number.POSITIVE_INFINITY): boolean {
    for (const [at, step] of this.steps(change).entries()) if (at < most) this.do(step);
    return kindOf(change).isSame(this.state(change), change.after);
  }

  #observed(looks: ReadonlySet<string>): Observed {
    const need = (look: Look): void => {
      if (!looks.has(JSON.stringify(look))) throw new TypeError(`not looked at: ${JSON.stringify(look)}`);
    };
    return {
      file: path => {
        need({ look: 'file', path });
        return this.text(path);
      },
      folder: path => {
        need({ look: 'folder', path });
        const found = this.files.list(path);
        return found.outcome === 'ok' ? found.value : undefined;
      },
      unit: name => {
        need({ look: 'unit', name });
        return this.units.observe(name);
      },
      guest: (name, half) => {
        need({ look: 'guest', guest: name, half });
        return this.guests.get(name)?.[half];
      },
      stamp: () => undefined,
      imageUse: () => ({ users: [], writers: [], overlays: [] }),
    };
  }
}

const isTree = (files: SimulationStart['files']): files is FileTree => typeof files['read'] === 'function';

const treeOf = (files: Readonly<Record<string, string>>): FileTree =>
  memoryTree(
    new Map(Object.entries(files).map(([path, text]): [string, MemoryEntry] => [path, { kind: 'file', text }])),
    'absent',
  );
