import { parseDomainStatus } from '#formats/domain-xml/parse-domain-status';
import { parseArgv, type QemuCommand } from '#formats/qemu-argv/parse-argv';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { childText } from '#formats/xml/xml-tree';
import type { FileTree } from '#transport/file-tree';

/** The process of a running guest, and how it was started. */
export interface GuestCommand {
  readonly pid: number;
  readonly command: QemuCommand;
  /** `/proc/4711/cmdline`. */
  readonly path: string;
}

/** Finds the QEMU of a running guest by its name or UUID: libvirt's pid file, else the processes one by one. Undefined where none is. */
export function findGuestCommand(
  files: FileTree,
  words: { readonly name: string; readonly uuid?: string | undefined },
): GuestCommand | undefined {
  const file = files.read(`/run/libvirt/qemu/${words.name}.pid`);
  const told = file.outcome === 'ok' ? /^\s*(\d{1,10})\s*$/.exec(file.value)?.[1] : undefined;
  const first = told === undefined ? undefined : commandOf(files, told, words);
  if (first !== undefined) return first;
  const all = files.list('/proc');
  for (const pid of all.outcome === 'ok' ? all.value : []) {
    const found = /^\d{1,10}$/.test(pid) ? commandOf(files, pid, words) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function commandOf(
  files: FileTree,
  pid: string,
  { name, uuid }: { readonly name: string; readonly uuid?: string | undefined },
): GuestCommand | undefined {
  const path = `/proc/${pid}/cmdline`;
  const file = files.read(path);
  if (file.outcome !== 'ok' || !/qemu|kvm/i.test(file.value.slice(0, 4096))) return undefined;
  const command = parseArgv(file.value.replace(/\0$/, '').split('\0'));
  if (command === undefined) return undefined;
  const isSame = uuid === undefined ? nameOfCommand(command) === name : optionValue(command, 'uuid') === uuid;
  // a name alone may be that of another libvirt’s guest
  return isSame ? { pid: Number(pid), command, path } : undefined;
}

const optionValue = (command: QemuCommand, option: string): string | undefined =>
  command.arguments.find(one => one.option === option)?.value;

/** The guest's name by `-name guest=NAME,…`; undefined where none is given. */
export function nameOfCommand(command: QemuCommand): string | undefined {
  const name = optionValue(command, 'name');
  return name === undefined ? undefined : /^(?:guest=)?((?:,,|[^,])*)/.exec(name)?.[1]?.replaceAll(',,', ',');
}

/** A definition that libvirt keeps as a file. */
export interface StoredDomain {
  readonly path: string;
  readonly domain: XmlElement;
}

/** Finds what libvirt has stored of a guest: as it runs, else as it is defined. Undefined where no file can be read. */
export function findStoredDomain(files: FileTree, name: string): StoredDomain | undefined {
  for (const path of [`/run/libvirt/qemu/${name}.xml`, `/etc/libvirt/qemu/${name}.xml`]) {
    const file = files.read(path);
    if (file.outcome !== 'ok') continue;
    const { root } = parseXml(file.value, { file: path });
    const domain = root.name === 'domain' ? root : parseDomainStatus(root)?.domain;
    if (domain !== undefined && childText(domain, 'name') === name) return { path, domain };
  }
  return undefined;
}
