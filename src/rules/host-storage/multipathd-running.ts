import { editDisks } from '#change/kinds/domain-disks';
import { setService } from '#change/kinds/service';
import { defineRule } from '#check/define-rule';
import { listNames, listWith } from '#check/list-names';
import { bad, good, notApplicable, type Part, type Severity, undecided } from '#check/verdict';
import type { BlockDevice } from '#model/block-device';
import { isActive } from '#model/derived/service-state';
import { asFact, ifKnown } from '#model/known';

const unit = 'multipathd.service';
const unitFile = { [`/usr/lib/systemd/system/${unit}`]: '[Service]\nExecStart=/sbin/multipathd -d -s\n' };
const running = { ...unitFile, [`/run/systemd/units/invocation:${unit}`]: '-> 0' };
const stopped = { ...unitFile, '/run/systemd/units/invocation:sshd.service': '-> 0' };
const map = (...paths: readonly string[]) => ({
  '/sys/block/dm-0/dev': '254:0',
  '/sys/block/dm-0/size': '209715200',
  '/sys/block/dm-0/dm/name': 'storage1',
  '/sys/block/dm-0/dm/uuid': 'mpath-3600508b400105e210000900000490000',
  ...Object.fromEntries(paths.map(path => [`/sys/block/dm-0/slaves/${path}/dev`, '8:16'])),
});
const onDevice = (path: string): string =>
  `<devices><disk type='block' device='disk'><driver name='qemu' type='raw' cache='none'/><source dev='${path}'/><target dev='vda' bus='virtio'/></disk></devices>`;

export default defineRule({
  id: 'host-storage/multipathd-running',
  subject: 'host',
  guide: ['7.8'],
  severity: 'error',
  says: 'Multipath disks are watched by multipathd, have two paths or more, and are used as maps.',
  because:
    'Without the daemon a path that failed is not noticed and not taken back; a guest on one path is lost with it.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.8: multipathd must be running' },
    { grade: 'documented', at: 'multipath-tools: multipathd(8), checks for failed paths' },
    { grade: 'documented', at: 'linux: admin-guide/device-mapper/multipath; dm/uuid begins with mpath-' },
  ],
  intents: {},
  params: { leastPaths: { default: 2, unit: 'paths', why: 'one path is no more than a disk' } },
  costs: [],
  needs: {
    devices: ({ host }) => host.blockDevices,
    daemon: ({ host }) => asFact(isActive(host.services, unit)),
    services: ({ host }) => ifKnown(host.services),
    guests: ({ guests }) => ifKnown(guests),
  },
  check({ devices, daemon, services, guests = [] }, { params }) {
    const maps = devices.filter(({ kind }) => kind === 'multipath');
    if (maps.length === 0) return notApplicable('no multipath map is here');
    const pathOf = new Map<string, BlockDevice>(
      maps.flatMap(device => device.slaves.map(slave => [`/dev/${slave}`, device])),
    );
    const nameOf = (device: BlockDevice): string => `/dev/mapper/${device.mapName ?? device.name}`;
    const bypassing = guests.flatMap(({ name, config }) =>
      (config.disks.state === 'known' ? config.disks.value : []).flatMap(disk => {
        const device = disk.type === 'block' ? pathOf.get(disk.source ?? '') : undefined;
        return device === undefined ? [] : [{ name, disk, map: nameOf(device) }];
      }),
    );
    const few = maps.filter(({ slaves }) => slaves.length < params.leastPaths);
    const isStopped = daemon.state === 'known' && !daemon.value;
    if (!isStopped && bypassing.length === 0 && few.length === 0) {
      return daemon.state === 'unknown' ? undecided(daemon.reason, daemon.remedy) : good;
    }
    const parts: readonly Part[] = [
      ...bypassing.map(({ name, disk, map: instead }) => ({
        key: `${name} ${disk.target}`,
        saw: `${name} uses ${disk.source}, a path of ${instead}`,
        evidence: [disk.at],
      })),
      ...few.map(device => ({
        key: device.name,
        saw: `${nameOf(device)} has ${device.slaves.length} of ${params.leastPaths} paths`,
        evidence: [{ from: `/sys/block/${device.name}/slaves`, value: device.slaves.join(' ') || 'empty' }],
      })),
    ];
    const severity: Severity = isStopped || bypassing.length > 0 ? 'error' : 'warning';
    const saw = isStopped
      ? `multipathd does not run, and ${listWith(maps.map(nameOf), 'is a multipath map', 'are multipath maps')}`
      : bypassing.length > 0
        ? `${listNames(bypassing.map(({ name, disk }) => `${name} (${disk.source})`))} bypass${bypassing.length === 1 ? 'es' : ''} multipath`
        : `${listWith(few.map(nameOf), 'has', 'have')} fewer than ${params.leastPaths} paths`;
    const service = services?.find(({ name }) => name === unit);
    const before = { isEnabled: service?.isEnabled ?? false, isActive: false };
    const fix = [
      ...(isStopped && service?.isInstalled === true
        ? [setService(unit, before, { isEnabled: true, isActive: true })]
        : []),
      ...[...new Set(bypassing.map(({ name }) => name))].map(guest =>
        editDisks(
          guest,
          bypassing
            .filter(({ name }) => name === guest)
            .map(({ disk, map: after }) => ({ target: disk.target, place: 'source/@dev', before: disk.source, after })),
        ),
      ),
    ];
    const steps = [
      ...(isStopped && service?.isInstalled !== true
        ? ['install multipath-tools; systemctl enable --now multipathd']
        : []),
      ...(few.length > 0 ? ['multipath -ll shows the paths that are away: look at cabling, zoning and the array'] : []),
    ];
    return bad(saw, {
      severity,
      wants: `multipathd active, ${params.leastPaths} paths a map, guests on /dev/mapper names`,
      so: 'when the path fails, so do the guests on it',
      ...(parts.length === 0 ? {} : { parts }),
      ...(fix.length === 0 ? {} : { fix }),
      ...(steps.length === 0 ? {} : { otherwise: `${steps.join('; ')}.` }),
    });
  },
  examples: [
    {
      name: 'the daemon is stopped',
      files: { ...map('sdb', 'sdc'), ...stopped },
      expect: 'bad',
      severity: 'error',
      fixes: ['service'],
    },
    { name: 'it is not installed', files: map('sdb', 'sdc'), expect: 'bad', severity: 'error', fixes: [] },
    { name: 'two paths, watched', files: { ...map('sdb', 'sdc'), ...running }, expect: 'good' },
    { name: 'one path', files: { ...map('sdb'), ...running }, expect: 'bad', severity: 'warning' },
    {
      name: 'a guest on a path',
      files: { ...map('sdb', 'sdc'), ...running },
      guest: onDevice('/dev/sdb'),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'a guest on the map',
      files: { ...map('sdb', 'sdc'), ...running },
      guest: onDevice('/dev/mapper/storage1'),
      expect: 'good',
    },
    { name: 'no multipath', expect: 'not-applicable' },
    {
      name: 'whether it runs is not to be told',
      files: { ...map('sdb', 'sdc'), ...unitFile, '/run/systemd/system/': '' },
      expect: 'unknown',
    },
  ],
});
