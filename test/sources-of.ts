import type { LibvirtAnswers } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import { unknown } from '#model/known';
import { type MemoryEntry, memoryTree } from '#transport/memory-tree';

/** A file by its text; null: not there; `{ link }`: a symbolic link; `{ denied }`: no right to read it. */
export type SketchedFile = string | null | { readonly link: string } | { readonly denied: string };

/** A machine made of files. */
export interface SketchedSources {
  /** What a path that is not named means: not there, or not captured. */
  readonly missing?: 'absent' | 'not-captured';
  /** Room by path, in bytes. */
  readonly rooms?: Readonly<Record<string, { readonly size: number; readonly free: number }>>;
  readonly libvirt?: Partial<LibvirtAnswers>;
  /** Standard output by command line. */
  readonly commands?: Readonly<Record<string, string>>;
}

/** Gives sources over files in memory; libvirt does not answer and no command runs unless told. */
export function sourcesOf(
  files: Readonly<Record<string, SketchedFile>>,
  { missing = 'absent', rooms = {}, libvirt, commands = {} }: SketchedSources = {},
): Sources {
  const entries = new Map<string, MemoryEntry>(Object.entries(files).map(([path, file]) => [path, entryOf(file)]));
  for (const [path, room] of Object.entries(rooms)) entries.set(`room:${path}`, { kind: 'room', room });
  return {
    files: memoryTree(entries, missing),
    libvirt: libvirt === undefined ? unknown('libvirt was not asked') : { ...silent, ...libvirt },
    commands: {
      output(argv) {
        const value = commands[argv.join(' ')] ?? commands[argv[0] ?? ''];
        return value === undefined ? { outcome: 'not-captured', reason: 'no command runs' } : { outcome: 'ok', value };
      },
    },
  };
}

const none = { error: 'not asked' } as const;
const silent: LibvirtAnswers = {
  uri: 'qemu:///system',
  libvirtVersion: none,
  hypervisorVersion: none,
  hostname: none,
  capabilities: none,
  domainCapabilities: none,
  node: none,
  domains: none,
  networks: none,
  pools: none,
};

function entryOf(file: SketchedFile): MemoryEntry {
  if (typeof file === 'string') return { kind: 'file', text: file };
  if (file === null) return { kind: 'absent' };
  return 'link' in file ? { kind: 'link', to: file.link } : { kind: 'denied', reason: file.denied };
}
