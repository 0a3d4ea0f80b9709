import type { LibvirtAnswers } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import { unknown } from '#model/known';
import { type MemoryEntry, memoryTree } from '#transport/memory-tree';

/** What a machine in a test holds. */
export interface SketchedMachine {
  /** Text of files by path; null: known not to be there; 'denied' (as an object): no right to read. A folder: its path with a final slash. */
  readonly files?: Readonly<Record<string, string | null | { readonly denied: string } | { readonly link: string }>>;
  /** What a path that is not named means; a whole machine by default. */
  readonly missing?: 'absent' | 'not-captured';
  /** Standard output by command line; other commands were not run. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Answers of libvirt; those not named are errors. None: libvirt was not asked. */
  readonly libvirt?: Partial<LibvirtAnswers>;
  /** The files a while later. */
  readonly later?: { readonly files: SketchedMachine['files']; readonly afterMs: number };
}

/** Takes a machine in a few words; gives sources over it. */
export function sourcesFrom({ files, missing = 'absent', commands = {}, libvirt, later }: SketchedMachine): Sources {
  return {
    files: memoryTree(entriesOf(files), missing),
    libvirt: libvirt === undefined ? unknown('libvirt was not asked') : { ...noAnswers, ...libvirt },
    commands: {
      output(argv) {
        const text = commands[argv.join(' ')];
        return text === undefined
          ? { outcome: 'not-captured', reason: 'no command is run without --run' }
          : { outcome: 'ok', value: text };
      },
    },
    later:
      later === undefined
        ? undefined
        : {
            files: memoryTree(entriesOf(later.files), missing),
            libvirt: unknown('libvirt was not asked'),
            afterMs: later.afterMs,
          },
  };
}

const entriesOf = (files: SketchedMachine['files'] = {}): ReadonlyMap<string, MemoryEntry> =>
  new Map(Object.entries(files).map(([path, what]) => [path, entryOf(what)]));

function entryOf(what: NonNullable<SketchedMachine['files']>[string]): MemoryEntry {
  if (what === null) return { kind: 'absent' };
  if (typeof what === 'string') return { kind: 'file', text: what };
  return 'denied' in what ? { kind: 'denied', reason: what.denied } : { kind: 'link', to: what.link };
}

const refused = { error: 'not asked in this test' };

const noAnswers: LibvirtAnswers = {
  uri: 'qemu:///system',
  libvirtVersion: refused,
  hypervisorVersion: refused,
  hostname: refused,
  capabilities: refused,
  domainCapabilities: refused,
  node: refused,
  domains: refused,
  networks: refused,
  pools: refused,
};
