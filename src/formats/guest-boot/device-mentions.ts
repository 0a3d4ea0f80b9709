import { parseFstab } from '#formats/conf/fstab';
import type { MenuEntry } from '#formats/guest-boot/boot-menu';
import type { GuestTree } from '#formats/guest-disk/guest-tree';
import { parseKernelCommandLine } from '#formats/kernel-cmdline';
import type { DeviceMention } from '#model/guest-boot';

/** Longest file of settings that is read. */
const longest = 1024 * 1024;

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Lines of a file that are no comments. */
function linesOf(text: string | undefined): readonly Line[] {
  return (text ?? '')
    .split('\n')
    .map((line, index) => ({ line: index + 1, text: line.trim() }))
    .filter(({ text: each }) => each !== '' && !each.startsWith('#'));
}

/** Places of a guest's files that name a disk: fstab, crypttab, LVM's and MD's settings, those of GRUB. */
export function fileMentions(tree: GuestTree): readonly DeviceMention[] {
  const read = (file: string): readonly Line[] => linesOf(tree.text(file, longest));
  return [
    ...fstabMentions(tree.text('/etc/fstab', longest) ?? ''),
    ...read('/etc/crypttab').flatMap(line => cryptMention('/etc/crypttab', line)),
    ...read('/etc/lvm/lvm.conf').flatMap(line => lvmMention('/etc/lvm/lvm.conf', line)),
    ...read('/etc/lvm/devices/system.devices').flatMap(line => lvmDevice(line)),
    ...['/etc/mdadm.conf', '/etc/mdadm/mdadm.conf'].flatMap(file =>
      read(file).flatMap(line => raidMention(file, line)),
    ),
    ...['/boot/grub/device.map', '/boot/grub2/device.map', '/etc/default/grub_installdevice'].flatMap(file =>
      read(file).flatMap(line => loaderMention(file, line)),
    ),
    ...['/etc/default/grub', ...tree.names('/etc/default/grub.d').map(name => `/etc/default/grub.d/${name}`)].flatMap(
      file => read(file).flatMap(line => defaultMention(file, line)),
    ),
  ];
}

/** Places of a command line that name a disk. `kernel`: which kernel it is for. */
export function menuMentions({ options, at }: MenuEntry, kernel: string | undefined): readonly DeviceMention[] {
  return optionMentions(options).map(found => ({ ...found, ...at, ...(kernel !== undefined && { kernel }) }));
}

/** Places of the files in an initrd that name a disk. */
export function initrdMentions(
  path: string,
  texts: ReadonlyMap<string, string>,
  kernel: string,
): readonly DeviceMention[] {
  return [...texts].flatMap(([name, text]) => {
    const file = `${path}:/${name}`;
    const found = linesOf(text).flatMap((line): readonly DeviceMention[] => {
      if (/cmdline\.d\//.test(name)) return optionMentions(line.text).map(each => ({ ...each, file, ...line }));
      if (name.endsWith('crypttab')) return cryptMention(file, line);
      if (name.endsWith('lvm.conf')) return lvmMention(file, line);
      if (name.endsWith('mdadm.conf')) return raidMention(file, line);
      const resume = /^RESUME=["']?([^"'\s]+)/.exec(line.text)?.[1];
      return /conf\.d\//.test(name) && resume !== undefined
        ? [{ file, ...line, use: 'resume', device: resume, isOptional: true }]
        : [];
    });
    return found.map(each => ({ ...each, kernel }));
  });
}

function optionMentions(options: string): readonly Pick<DeviceMention, 'use' | 'device' | 'isOptional'>[] {
  return parseKernelCommandLine(options).words.flatMap(
    ({ name, value = '' }): readonly Pick<DeviceMention, 'use' | 'device' | 'isOptional'>[] => {
      if (name === 'root') return [{ use: 'root', device: value, isOptional: false }];
      if (name === 'resume') return [{ use: 'resume', device: value, isOptional: true }];
      // cryptdevice=/dev/sda2:name; cryptopts=source=/dev/sda2,…
      if (name === 'cryptdevice') return [{ use: 'crypt', device: value.replace(/:[^:]*$/, ''), isOptional: false }];
      const source = name === 'cryptopts' ? /(?:^|,)source=([^,]+)/.exec(value)?.[1] : undefined;
      return source === undefined ? [] : [{ use: 'crypt', device: source, isOptional: false }];
    },
  );
}

/** Kinds of file systems that no disk holds which the guest needs. */
const elsewhere =
  /^(?:proc|sysfs|tmpfs|devtmpfs|devpts|nfs4?|cifs|smb3?|9p|virtiofs|overlay|cgroup2?|debugfs|securityfs|efivarfs|usbfs|iso9660|udf|udf,iso9660|fuse\..*)$/;

function fstabMentions(text: string): readonly DeviceMention[] {
  const lines = text.split('\n');
  return parseFstab(text).flatMap(({ line, fields: [device = '', path = '', type = '', options = ''] }) => {
    if (elsewhere.test(type) || /^(?:none|tmpfs|proc)$/.test(device) || /^\/dev\/(?:sr|fd|cdrom|dvd)/.test(device))
      return [];
    const words = options.split(',');
    const use = type === 'swap' ? ('swap' as const) : path === '/' ? ('root' as const) : ('mount' as const);
    const isOptional = use === 'swap' || words.includes('nofail') || words.includes('noauto');
    return [{ file: '/etc/fstab', line, text: (lines[line - 1] ?? '').trim(), use, device, isOptional }];
  });
}

function cryptMention(file: string, line: Line): readonly DeviceMention[] {
  const [, device, , options = ''] = line.text.split(/\s+/);
  const isOptional = /(?:^|,)(?:nofail|noauto|swap)(?:,|$)/.test(options);
  return device === undefined ? [] : [{ file, ...line, use: 'crypt', device, isOptional }];
}

/** Patterns that accept devices by name: `filter = [ "a|^/dev/sda2$|", "r|.*|" ]` (lvm.conf(5)). One that rejects nothing lets all in. */
function lvmMention(file: string, line: Line): readonly DeviceMention[] {
  const [, patterns = ''] = /^(?:devices\/)?(?:global_)?filter\s*=\s*(.+)$/.exec(line.text) ?? [];
  const found = [...patterns.matchAll(/"([ar])(.)(.*?)\2"/g)];
  if (!found.some(([, verdict]) => verdict === 'r')) return [];
  const accepting = found.filter(([, verdict]) => verdict === 'a').map(([, , , pattern = '']) => pattern);
  return accepting
    .filter(pattern => /dev\/|sd|hd|vd/.test(pattern))
    .map(device => ({ file, ...line, use: 'lvm', device, isOptional: false }));
}

/** What lvmdevices keeps: a device by name, by a serial number or another thing that only the old bus has. */
function lvmDevice(line: Line): readonly DeviceMention[] {
  const [, type = '', name = ''] = /^IDTYPE=(\S+) IDNAME=(\S+)/.exec(line.text) ?? [];
  const isBound = type === 'devname' || type === 'sys_serial' || type === 'sys_wwid';
  return isBound
    ? [
        {
          file: '/etc/lvm/devices/system.devices',
          ...line,
          use: 'lvm',
          device: type === 'devname' ? name : `${type} ${name}`,
          isOptional: false,
        },
      ]
    : [];
}

function raidMention(file: string, line: Line): readonly DeviceMention[] {
  const device = /^DEVICE\s+(?!partitions)(\/dev\/\S+)/.exec(line.text)?.[1];
  return device === undefined ? [] : [{ file, ...line, use: 'raid', device, isOptional: false }];
}

function loaderMention(file: string, line: Line): readonly DeviceMention[] {
  const device = /(\/dev\/\S+)/.exec(line.text)?.[1];
  return device === undefined ? [] : [{ file, ...line, use: 'boot-loader', device, isOptional: true }];
}

/** Words of the next menu that grub-mkconfig writes. */
function defaultMention(file: string, line: Line): readonly DeviceMention[] {
  const [, value = ''] = /^GRUB_CMDLINE_LINUX(?:_DEFAULT|_RECOVERY)?=["']?(.*?)["']?$/.exec(line.text) ?? [];
  return optionMentions(value).map(({ device }) => ({ file, ...line, use: 'boot-loader', device, isOptional: true }));
}
