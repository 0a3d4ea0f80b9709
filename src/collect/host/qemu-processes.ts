import { fileText, folderNames, textIfThere } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseQemuCommand } from '#formats/proc/qemu-process';
import type { QemuProcess } from '#model/host';
import { type Known, known, valueIfKnown } from '#model/known';

/** Names that the kernel keeps of QEMU's programs: 15 characters (proc_pid_comm(5)). */
const isQemu = (comm: string): boolean => /^(?:qemu-system-|qemu-kvm$|kvm$)/.test(comm);

/** QEMU system emulators that run, and whether a libvirt started them. */
export const qemuProcesses: Reading<readonly QemuProcess[]> = {
  says: 'processes of QEMU, and whether libvirt started them',
  ways: [
    ...['comm', 'cmdline', 'ns/mnt'].map(name => ({ file: `/proc/*/${name}` })),
    { file: '/proc/*' },
    { file: '/run/libvirt/qemu/*.pid' },
    { file: '/run/user/*/libvirt/qemu/run/*.pid' },
  ],
  read(sources) {
    const names = folderNames(sources, '/proc');
    if (names.state !== 'known') return names;
    const found: QemuProcess[] = [];
    let own: ReadonlySet<number> | undefined;
    for (const pid of names.value.filter(name => /^[1-9]\d{0,9}$/.test(name)).map(Number)) {
      if (!isQemu(textIfThere(sources, `/proc/${pid}/comm`) ?? '')) continue;
      const command = parseQemuCommand((textIfThere(sources, `/proc/${pid}/cmdline`) ?? '').split('\0'));
      if (command === undefined) continue;
      own ??= pidsOfLibvirt(sources);
      const mounts = valueOfLink(sources, `/proc/${pid}/ns/mnt`);
      const first = valueOfLink(sources, '/proc/1/ns/mnt');
      const isElsewhere = mounts !== undefined && first !== undefined && mounts !== first;
      found.push({ pid, ...command, isOfLibvirt: own.has(pid), isElsewhere });
    }
    const value = found.map(({ pid, program }) => `${pid} ${program}`).join(', ') || 'no process of QEMU';
    return known(found, { from: '/proc/*/cmdline', value });
  },
};

const valueOfLink = (sources: Sources, path: string): string | undefined => {
  const link = sources.files.link(path);
  return link.outcome === 'ok' ? link.value : undefined;
};

function pidsOfLibvirt(sources: Sources): ReadonlySet<number> {
  const users = valueIfKnown(folderNames(sources, '/run/user')) ?? [];
  const folders = ['/run/libvirt/qemu', ...users.map(user => `/run/user/${user}/libvirt/qemu/run`)];
  return new Set(
    folders.flatMap(folder =>
      (valueIfKnown(folderNames(sources, folder)) ?? [])
        .filter(name => name.endsWith('.pid'))
        .flatMap(name => pidIn(fileText(sources, `${folder}/${name}`))),
    ),
  );
}

const pidIn = (text: Known<string>): readonly number[] => {
  const pid = /^\s*([1-9]\d{0,9})\s*$/m.exec(valueIfKnown(text) ?? '')?.[1];
  return pid === undefined ? [] : [Number(pid)];
};
