import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Target } from '#apply/target';
import { emptyTree } from '#transport/empty-tree';
import { localWritableTree } from '#transport/local-writable-tree';
import { type MemoryEntry, memoryTree } from '#transport/memory-tree';
import type { FileRights, StoredFile, WritableTree } from '#transport/writable-tree';
import { failure } from '../../simulated-machine/failure.js';
import { writeToKernel } from '../../simulated-machine/kernel-knobs.js';
import type { Program } from '../../simulated-machine/programs.js';
import { SimulatedFiles } from '../../simulated-machine/simulated-files.js';
import { SimulatedMachine } from '../../simulated-machine/simulated-machine.js';

/** What a kernel and systemd hold in memory: survives a process that is killed, as theirs does. One file, so that each write is whole. */
export interface KernelState {
  readonly files: Readonly<Record<string, string>>;
  readonly active: readonly string[];
}

/** Makes a machine in a folder: `root` holds its files, `kernel.json` its /proc, /sys and running units. */
export function makeDiskMachine(
  folder: string,
  files: Readonly<Record<string, string>>,
  active: readonly string[],
): void {
  const isKernels = (path: string): boolean => /^\/(?:proc|sys)\//.test(path);
  for (const [path, text] of Object.entries(files)) {
    if (isKernels(path)) continue;
    mkdirSync(dirname(join(folder, 'root', path)), { recursive: true });
    writeFileSync(join(folder, 'root', path), text);
  }
  saveKernel(folder, { files: Object.fromEntries(Object.entries(files).filter(([path]) => isKernels(path))), active });
}

const loadKernel = (folder: string): KernelState => JSON.parse(readFileSync(join(folder, 'kernel.json'), 'utf8'));

function saveKernel(folder: string, state: KernelState): void {
  writeFileSync(join(folder, 'kernel.json.new'), JSON.stringify(state));
  renameSync(join(folder, 'kernel.json.new'), join(folder, 'kernel.json'));
}

/** Files of a machine in a folder: the disk’s through the tree that apply writes to, the kernel’s in its memory. */
class DiskFiles extends SimulatedFiles {
  readonly #folder: string;
  readonly #tree: WritableTree;
  /** What a program that is at work has made of the kernel's files so far. */
  #held: KernelState | undefined;

  constructor(folder: string) {
    super(emptyTree('on the disk'));
    this.#folder = folder;
    this.#tree = localWritableTree(join(folder, 'root'));
  }

  /** Lets a program work: what it makes of the kernel is there at once, with its end. SIGKILL to us does not reach it, for it has a session of its own. */
  during<T>(work: () => { readonly done: T; readonly active: readonly string[] }): T {
    this.#held = loadKernel(this.#folder);
    try {
      const { done, active } = work();
      saveKernel(this.#folder, { ...this.#held, active });
      return done;
    } finally {
      this.#held = undefined;
    }
  }

  #state(): KernelState {
    return this.#held ?? loadKernel(this.#folder);
  }

  #save(state: KernelState): void {
    if (this.#held === undefined) saveKernel(this.#folder, state);
    else this.#held = state;
  }

  #kernel(): WritableTree {
    const { files } = this.#state();
    const entries = Object.entries(files).map(([path, text]): [string, MemoryEntry] => [path, { kind: 'file', text }]);
    return { ...this.#tree, ...memoryTree(new Map(entries), 'absent') };
  }

  #of(path: string): WritableTree {
    return /^\/(?:proc|sys)(?:\/|$)/.test(path) ? this.#kernel() : this.#tree;
  }

  override read(path: string): ReturnType<WritableTree['read']> {
    return this.#of(path).read(path);
  }
  override list(path: string): ReturnType<WritableTree['list']> {
    return this.#of(path).list(path);
  }
  override link(path: string): ReturnType<WritableTree['link']> {
    return this.#of(path).link(path);
  }
  override room(path: string): ReturnType<WritableTree['room']> {
    return this.#tree.room(path);
  }
  override load(path: string): StoredFile | undefined {
    return this.#tree.load(path);
  }
  override store(path: string, bytes: Uint8Array, rights?: Partial<FileRights>): void {
    this.#tree.store(path, bytes, rights);
  }
  override tidy(path: string): void {
    this.#tree.tidy(path);
  }
  override mayWrite(path: string): boolean {
    return this.#tree.mayWrite(path);
  }
  override remove(path: string): void {
    // as systemctl takes its links away; apply itself has none to take
    if (this.#tree.link(path).outcome === 'ok') rmSync(join(this.#folder, 'root', path));
    else this.#tree.remove(path);
  }
  override removeFolder(path: string): void {
    this.#tree.removeFolder(path);
  }
  override linkTo(path: string, link: string): void {
    mkdirSync(dirname(join(this.#folder, 'root', path)), { recursive: true });
    symlinkSync(link, join(this.#folder, 'root', path));
  }
  override write(path: string, text: string): void {
    if (!/^\/(?:proc|sys)\//.test(path)) this.#tree.store(path, Buffer.from(text));
    else {
      const state = this.#state();
      this.#save({ ...state, files: { ...state.files, [path]: text } });
    }
  }
  /** All that the kernel makes of one write is there at once. */
  override writeKnob(path: string, text: string): void {
    const state = this.#state();
    if (state.files[path] === undefined) throw failure('ENOENT', path);
    const files = { ...state.files };
    const list = (at: string): readonly string[] => {
      const found = this.list(at);
      return found.outcome === 'ok' ? found.value : [];
    };
    writeToKernel({ read: at => files[at], list, set: (at, to) => Object.assign(files, { [at]: to }) }, path, text);
    this.#save({ ...state, files });
  }
}

const programs: Readonly<Record<string, Program>> = {
  'update-grub': (_, machine) => {
    machine.files.write(
      '/boot/grub/grub.cfg',
      `linux /vmlinuz # ${machine.text('/etc/default/grub')?.replaceAll('\n', ' ')}\n`,
    );
    return undefined;
  },
  'tuned-adm': ([verb, name = 'balanced'], machine) => {
    machine.files.write('/etc/tuned/active_profile', `${name}\n`);
    machine.files.write('/etc/tuned/profile_mode', verb === 'auto_profile' ? 'auto\n' : 'manual\n');
    return undefined;
  },
};

/** A machine in a folder as apply sees one. Every process that opens it sees what the last one left, whatever became of that. */
export function diskTarget(folder: string, parts: Partial<Target> = {}): Target {
  const files = new DiskFiles(folder);
  const machineNow = (): SimulatedMachine => {
    const units = Object.fromEntries(loadKernel(folder).active.map(name => [name, { isActive: true }]));
    return new SimulatedMachine({ files, units, programs });
  };
  return {
    files,
    isLive: true,
    run: async argv =>
      files.during(() => {
        const machine = machineNow();
        const done = machine.run(argv);
        const names = new Set([
          ...loadKernel(folder).active,
          ...argv.filter(word => /\.(?:service|mount)$/.test(word)),
        ]);
        return { done, active: [...names].filter(name => machine.units.observe(name).isActive).sort() };
      }),
    unit: name => machineNow().units.observe(name),
    libvirt: undefined,
    identity: { hostName: 'box', id: '0123456789abcdef', bootId: 'boot-1' },
    now: () => new Date(),
    ...parts,
  };
}
