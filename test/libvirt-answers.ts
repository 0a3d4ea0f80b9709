import type { DomainAnswer, LibvirtAnswers } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import { unknown } from '#model/known';
import { noCommands } from '#transport/commands';
import { type MemoryEntry, memoryTree } from '#transport/memory-tree';

/** Answers of a libvirt without guests, networks and pools, but for what is given. */
export const answersOf = (parts: Partial<LibvirtAnswers> = {}): LibvirtAnswers => ({
  uri: 'qemu:///system',
  libvirtVersion: { value: 10_000_000 },
  hypervisorVersion: { value: 8_002_002 },
  hostname: { value: 'node7' },
  capabilities: { value: '<capabilities/>' },
  domainCapabilities: { value: [] },
  node: {
    value: { model: 'x86_64', memoryKib: 67108864, cpus: 16, mhz: 2900, nodes: 2, sockets: 1, cores: 4, threads: 2 },
  },
  domains: { value: [] },
  networks: { value: [] },
  pools: { value: [] },
  ...parts,
});

/** A running guest with a definition of little more than its name. */
export const domainAnswer = (name: string, parts: Partial<DomainAnswer> = {}): DomainAnswer => {
  const xml = `<domain type='kvm'>\n  <name>${name}</name>\n  <memory unit='GiB'>4</memory>\n</domain>`;
  return {
    name,
    uuid: '5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b01',
    state: { value: 1 },
    persistent: { value: true },
    autostart: { value: false },
    managedSave: { value: false },
    xml: { value: xml },
    liveXml: { value: xml },
    ...parts,
  };
};

/** A whole machine with these files and these answers of libvirt; a text beginning with `-> ` is a link, null a file that may not be read. */
export function sourcesOf(
  files: Readonly<Record<string, string | null>>,
  libvirt?: LibvirtAnswers,
  missing: 'absent' | 'not-captured' = 'absent',
): Sources {
  const entries = new Map<string, MemoryEntry>(
    Object.entries(files).map(([path, text]): [string, MemoryEntry] => [
      path,
      text === null
        ? { kind: 'denied', reason: 'EACCES' }
        : text.startsWith('-> ')
          ? { kind: 'link', to: text.slice(3) }
          : { kind: 'file', text },
    ]),
  );
  return {
    files: memoryTree(entries, missing),
    libvirt: libvirt ?? unknown('no libvirt daemon was found', 'start libvirt'),
    commands: noCommands,
  };
}
