import { type BootSetup, bootLooks, bootSetup } from '#change/boot/boot-setup';
import { bootWords, editBootWords, type WantedWords } from '#change/boot/boot-words';
import { imageBased, imageBasedAdvice, wordsToDo } from '#change/boot/image-based';
import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { KnobSetting } from '#change/knob-setting';
import type { Look, Observed } from '#change/observed';
import type { Step } from '#change/step';
import { parseFstab } from '#formats/conf/fstab';
import { kernelWordName, parseKernelCommandLine } from '#formats/kernel-cmdline';
import { parseMounts } from '#formats/proc/mounts';
import { isInRange } from '#units/version';

/** Words of one boot variable, in order. */
type Words = readonly string[];
type Ours = Change<'kernel-command-line', Words>;

/** What a change is on where entries hold the words, and no variable of GRUB. */
export const kernelLine = 'kernel command line';

/**
 * Changes words of the command line that the boot loader passes: `GRUB_CMDLINE_LINUX_DEFAULT` for the kernel,
 * `GRUB_CMDLINE_XEN_DEFAULT` for the Xen hypervisor; a file (a boot entry, /etc/kernel/cmdline) stands for what makes the command line on
 * hosts without these. `before` and `after` hold only the words concerned: all of the names that either of them has.
 */
export const setKernelCommandLine = (variable: string, before: Words, after: Words): Ours => ({
  kind: 'kernel-command-line',
  on: variable.startsWith('/') ? kernelLine : variable,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});

const isWord = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= 2048 &&
  !value.includes('\n') &&
  parseKernelCommandLine(value).words.length === 1;

const isWords = (value: unknown): value is Words => Array.isArray(value) && value.length <= 256 && value.every(isWord);

const signs: readonly Look[] = [
  { look: 'file', path: '/proc/cmdline' },
  { look: 'file', path: '/proc/self/mounts' },
  { look: 'file', path: '/etc/fstab' },
];

const isForXen = (on: string): boolean => on.includes('_XEN');

const namesOf = ({ before, after }: Ours): ReadonlySet<string> => new Set([...before, ...after].map(kernelWordName));

const wantedOf = (change: Ours): WantedWords => ({
  variable: change.on === kernelLine ? 'GRUB_CMDLINE_LINUX_DEFAULT' : change.on,
  names: namesOf(change),
  before: change.before,
  after: change.after,
});

const setupOf = ({ on }: Ours, seen: Observed): BootSetup => bootSetup(seen, { isForXen: isForXen(on) });

/** `kernel-command-line`: words of the command line of the next boot, in the files that decide, and what makes the boot loader take them. */
export const kernelCommandLineKind = defineKind<'kernel-command-line', Words>({
  kind: 'kernel-command-line',
  isState: isWords,
  faultOf: on =>
    on === kernelLine || /^GRUB_CMDLINE_[A-Z_]{1,64}$/.test(on)
      ? undefined
      : `“${on}” is no variable of GRUB’s command lines`,
  knobs: wordSettings,
  looks: ({ on }, seen) => [...signs, ...bootLooks(seen, { isForXen: isForXen(on) })],
  obstacle: obstacleOf,
  state(change, seen) {
    const { variable, names } = wantedOf(change);
    return bootWords(setupOf(change, seen), variable, names) ?? [];
  },
  steps(change, seen) {
    const setup = setupOf(change, seen);
    const files = editBootWords(setup, wantedOf(change)) ?? [];
    return [
      ...files.map(({ path, text }): Step => ({ do: 'write-file', path, text })),
      ...programs(setup, change).map((argv): Step => ({ do: 'run', argv })),
    ];
  },
});

function obstacleOf(change: Ours, seen: Observed): string | undefined {
  const { before, after } = change;
  const setup = setupOf(change, seen);
  const wanted = wantedOf(change);
  const mounts = parseMounts(seen.file('/proc/self/mounts') ?? '').filter(({ target }) => target === '/');
  const stored = parseFstab(seen.file('/etc/fstab') ?? '').find(({ fields }) => fields[1] === '/');
  const way = imageBased({
    distribution: setup.distribution,
    commandLine: [seen.file('/proc/cmdline') ?? '', setup.entries?.next.text ?? ''].join(' '),
    rootOptions:
      mounts.length > 0 ? mounts.flatMap(({ options }) => [...options.keys()]) : (stored?.fields[3] ?? '').split(','),
  });
  if (way !== undefined) return imageBasedAdvice(way, wanted.variable, before, after);
  const todo = wordsToDo(
    before.filter(word => !after.includes(word)),
    after.filter(word => !before.includes(word)),
  );
  if (setup.shellFiles.length === 0 && setup.entries === undefined)
    return `No boot loader that nearmetal knows is set up here: ${todo} where the kernel command line comes from, and reboot.`;
  if (bootWords(setup, wanted.variable, wanted.names) === undefined)
    return `Only a shell can tell what ${wanted.variable} is: ${todo} in ${setup.shellFiles.map(({ path }) => path).join(' or ')}, then ${commands(setup, change)}, and reboot.`;
  if (editBootWords(setup, wanted) === undefined)
    return `These words come from several places: ${todo} by hand${setup.entries === undefined ? ` in ${setup.shellFiles.map(({ path }) => path).join(' or ')}, then ${commands(setup, change)}` : ' (grubby --info=ALL shows them, grubby --update-kernel=ALL changes them)'}, and reboot.`;
  return undefined;
}

const commands = (setup: BootSetup, change: Ours): string =>
  programs(setup, change)
    .map(argv => argv.join(' '))
    .join('; ') || 'nothing more';

/**
 * What makes the boot loader take what was written. Entries are read by it as they are; SUSE's sdbootutil writes them anew from
 * /etc/kernel/cmdline, and predicts the TPM’s measurements, where disks are unlocked by them.
 */
function programs(setup: BootSetup, { on, before, after }: Ours): readonly (readonly string[])[] {
  const { distribution, entries } = setup;
  const family = distribution?.family ?? [];
  const isSuse = family.some(name => /^(?:suse|opensuse|sles?)$/.test(name));
  const isFedora = family.some(name => name === 'fedora' || name === 'rhel' || name === 'centos');
  if (entries !== undefined) return isSuse ? [['sdbootutil', 'update-all-entries']] : [];
  if (isSuse) return [mkconfig];
  if (isFedora) return isForXen(on) || !hasGrubby(setup) ? [mkconfig] : [grubby(before, after)];
  if (family.includes('debian')) return [['update-grub']];
  return [['grub-mkconfig', '-o', '/boot/grub/grub.cfg']];
}

const mkconfig = ['grub2-mkconfig', '-o', '/boot/grub2/grub.cfg'];

/** Where entries are used and were not seen, and before RHEL 9, when grub.cfg lay elsewhere with UEFI: grubby knows the place. */
const hasGrubby = ({ distribution, shellFiles }: BootSetup): boolean => {
  const { family = [], version } = distribution ?? {};
  const isOld = family.includes('rhel') && version !== undefined && isInRange(version, '<9');
  return isOld || shellFiles.some(({ text }) => /^[ \t]*GRUB_ENABLE_BLSCFG=["']?true/m.test(text));
};

function grubby(before: Words, after: Words): readonly string[] {
  const gone = before.filter(word => !after.includes(word)).join(' ');
  const added = after.filter(word => !before.includes(word)).join(' ');
  return [
    'grubby',
    '--update-kernel=ALL',
    ...(gone === '' ? [] : [`--remove-args=${gone}`]),
    ...(added === '' ? [] : [`--args=${added}`]),
  ];
}

/** Words about huge pages hang together by their order, and are one knob; the others are one each. */
function wordSettings({ on: variable, before, after }: Ours): readonly KnobSetting[] {
  const isHuge = (word: string): boolean => /^(?:default_)?huge(?:pages|pagesz)(?:=|$)/.test(word);
  const huge = [...before, ...after].some(isHuge)
    ? [{ knob: `${variable} huge pages`, to: after.filter(isHuge).join(' ') }]
    : [];
  const names = new Set([...before, ...after].filter(word => !isHuge(word)).map(nameOf));
  return [
    ...huge,
    ...[...names].map(name => {
      const found = after.findLast(word => nameOf(word) === name);
      return name === 'transparent_hugepage'
        ? { knob: 'file /sys/kernel/mm/transparent_hugepage/enabled', to: found?.slice(name.length + 1) }
        : { knob: `${variable} ${name}`, to: found };
    }),
  ];
}

const nameOf = (word: string): string => word.split('=', 1)[0] ?? word;
