import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { Observed } from '#change/observed';
import type { Step } from '#change/step';
import { parseMemorySize } from '#model/derived/huge-page-words';
import { type Bytes, gib, mib } from '#units/bytes';

/** When huge pages of one size are mounted: now, and at each boot by a unit file of ours that is enabled. */
export type HugetlbfsMountState = 'not mounted' | 'mounted now' | 'mounted at boot' | 'mounted now and at boot';

/**
 * Mounts huge pages of one size on /dev/hugepagesSIZE (undefined: of the kernel's default size, on /dev/hugepages), by a mount unit of our own
 * in /etc/systemd/system, now and at each boot. libvirt looks for such mounts when its daemon starts.
 */
export const mountHugetlbfs = (
  pageSize: Bytes | undefined,
  before: HugetlbfsMountState,
  after: HugetlbfsMountState,
): Change<'hugetlbfs-mount', HugetlbfsMountState> => ({
  kind: 'hugetlbfs-mount',
  on: hugetlbfsTarget(pageSize),
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'daemon-restart',
});

/** Where we mount pages of a size: `/dev/hugepages1G`; of the default size: `/dev/hugepages`. */
export const hugetlbfsTarget = (pageSize: Bytes | undefined): string =>
  `/dev/hugepages${pageSize === undefined ? '' : printSize(pageSize)}`;

const printSize = (size: Bytes): string =>
  size >= gib(1) ? `${size / gib(1)}G` : size >= mib(1) ? `${size / mib(1)}M` : `${size / 1024}K`;

/** Empty: the default size. */
const sizeOf = (target: string): string | undefined => /^\/dev\/hugepages((?:\d{1,4}[KMG])?)$/.exec(target)?.[1];

const sizeWords = (target: string): string => sizeOf(target) || 'the default size';

const unitOf = (target: string): string => `${target.slice(1).replace('/', '-')}.mount`;

const fileOf = (target: string): string => `/etc/systemd/system/${unitOf(target)}`;

/** As systemd's own dev-hugepages.mount, with the page size. */
const textOf = (target: string): string => `# Written by nearmetal; “nearmetal undo” takes it back.
[Unit]
Description=Huge pages of ${sizeWords(target)}
Documentation=https://docs.kernel.org/admin-guide/mm/hugetlbpage.html
DefaultDependencies=no
Before=sysinit.target
ConditionPathExists=/sys/kernel/mm/hugepages
ConditionCapability=CAP_SYS_ADMIN

[Mount]
What=hugetlbfs
Where=${target}
Type=hugetlbfs
Options=nosuid,nodev,mode=1770${sizeOf(target) ? `,pagesize=${sizeOf(target)}` : ''}

[Install]
WantedBy=sysinit.target
`;

const states: readonly string[] = [
  'not mounted',
  'mounted now',
  'mounted at boot',
  'mounted now and at boot',
] satisfies readonly HugetlbfsMountState[];

const isState = (value: unknown): value is HugetlbfsMountState => typeof value === 'string' && states.includes(value);

const isNow = (state: HugetlbfsMountState): boolean => state.includes('now');

const isAtBoot = (state: HugetlbfsMountState): boolean => state.includes('boot');

const mounts = '/proc/self/mounts';

/** `hugetlbfs-mount`: huge pages of a size, mounted where libvirt finds them. */
export const hugetlbfsMountKind = defineKind<'hugetlbfs-mount', HugetlbfsMountState>({
  kind: 'hugetlbfs-mount',
  isState,
  faultOf: on => (sizeOf(on) === undefined ? `“${on}” is not /dev/hugepages or /dev/hugepagesSIZE` : undefined),
  after: ['huge-page-pool'],
  knobs: ({ on, after }) => [
    { knob: `service ${unitOf(on)}`, to: isAtBoot(after) ? 'on' : 'off' },
    { knob: `mount ${on}`, to: isNow(after) ? sizeWords(on) : undefined },
  ],
  looks: ({ on }) => [
    { look: 'file', path: fileOf(on) },
    { look: 'file', path: mounts },
    { look: 'unit', name: unitOf(on) },
  ],
  obstacle: ({ on, after }, seen) => {
    const text = seen.file(fileOf(on));
    return isAtBoot(after) && text !== undefined && text !== textOf(on)
      ? `${fileOf(on)} is there and not ours: mount pages of ${sizeWords(on)} by it`
      : undefined;
  },
  state: ({ on }, seen) => {
    const isStored = seen.file(fileOf(on)) === textOf(on) && seen.unit(unitOf(on)).isEnabled;
    if (isMounted(on, seen)) return isStored ? 'mounted now and at boot' : 'mounted now';
    return isStored ? 'mounted at boot' : 'not mounted';
  },
  steps: ({ on, after }, seen) => (isAtBoot(after) ? putUp(on, after, seen) : takeDown(on, after, seen)),
});

function isMounted(target: string, seen: Observed): boolean {
  const wanted = parseMemorySize(sizeOf(target) ?? '');
  return (seen.file(mounts) ?? '').split('\n').some(line => {
    const [, where, type, options = ''] = line.split(' ');
    // the kernel prints 1024M where 1G was asked for
    const size = /(?:^|,)pagesize=([^,]+)/.exec(options)?.[1];
    if (where !== target || type !== 'hugetlbfs') return false;
    return wanted === undefined || (size !== undefined && parseMemorySize(size) === wanted);
  });
}

function putUp(target: string, after: HugetlbfsMountState, seen: Observed): readonly Step[] {
  const unit = unitOf(target);
  return [
    ...(seen.file(fileOf(target)) === textOf(target)
      ? []
      : [{ do: 'write-file', path: fileOf(target), text: textOf(target) } as const, reload]),
    ...(seen.unit(unit).isEnabled ? [] : [systemctl('enable', unit)]),
    ...turn(target, after, seen),
  ];
}

function takeDown(target: string, after: HugetlbfsMountState, seen: Observed): readonly Step[] {
  const unit = unitOf(target);
  return [
    ...turn(target, after, seen),
    ...(seen.unit(unit).isEnabled ? [systemctl('disable', unit)] : []),
    ...(seen.file(fileOf(target)) === textOf(target)
      ? [{ do: 'write-file', path: fileOf(target), text: undefined } as const, reload]
      : []),
  ];
}

/** A mount that is in use is not taken away: systemctl fails, and says so. */
const turn = (target: string, after: HugetlbfsMountState, seen: Observed): readonly Step[] =>
  isMounted(target, seen) === isNow(after) ? [] : [systemctl(isNow(after) ? 'start' : 'stop', unitOf(target))];

const systemctl = (verb: string, ...units: readonly string[]): Step => ({
  do: 'run',
  argv: ['systemctl', verb, ...units],
});

const reload = systemctl('daemon-reload');
