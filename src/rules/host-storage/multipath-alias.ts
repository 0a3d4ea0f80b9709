import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { known, mapKnown } from '#model/known';

const wwid = '3600508b400105e210000900000490000';
const map = (name: string, uuid = `mpath-${wwid}`) => ({
  '/sys/block/dm-0/dev': '254:0',
  '/sys/block/dm-0/size': '209715200',
  '/sys/block/dm-0/dm/name': name,
  '/sys/block/dm-0/dm/uuid': uuid,
});
const onMap = (name: string): string =>
  `<devices><disk type='block' device='lun'><driver name='qemu' type='raw' cache='none'/><source dev='/dev/mapper/${name}'/><target dev='sda' bus='scsi'/></disk></devices>`;

export default defineRule({
  id: 'host-storage/multipath-alias',
  subject: 'disk',
  guide: ['7.8'],
  severity: 'hint',
  says: 'A multipath disk of a guest that migrates has an alias that means the same LUN on each host.',
  because:
    'The destination opens the path that the XML names: an automatic name such as mpatha may be another LUN there.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.8: use the alias rather than the WWID' },
    {
      grade: 'documented',
      at: 'multipath-tools: multipath.conf(5), user_friendly_names: bindings are each host’s own',
    },
    { grade: 'documented', at: 'multipath-tools: the UUID of a map is mpath- and the WWID' },
  ],
  scope: {
    says: 'disks of guests that are to migrate',
    holds: (_, { intents, policy }) => known(policy === 'guide' || intents.includes('migratable')),
  },
  intents: { migratable: { level: 'should' } },
  params: {},
  costs: ['multipath.conf must be kept equal on all hosts.'],
  departs: [
    {
      guideSays: 'Use the alias, so that the path is the same on all hosts.',
      truth:
        'A WWID is the same everywhere as well; the danger is an automatic mpatha, which each host gives by itself.',
      source: 'multipath-tools: multipath.conf(5), user_friendly_names, bindings_file',
      errata: ['X67'],
      guideCheck: 'applies to all guests, not only to those that migrate',
    },
  ],
  needs: {
    disk: ({ disk }) => known(disk, disk.at),
    devices: ({ host }) => mapKnown(host.blockDevices, all => all.filter(({ kind }) => kind === 'multipath')),
  },
  check({ disk, devices }) {
    const source = disk.type === 'block' ? disk.source : undefined;
    const device = devices.find(
      ({ name, mapName }) =>
        source === `/dev/${name}` || (mapName !== undefined && source === `/dev/mapper/${mapName}`),
    );
    if (device?.mapName === undefined || device.mapUuid === undefined)
      return notApplicable('it does not lie on a multipath map');
    const id = device.mapUuid.replace(/^mpath-/, '');
    const evidence = [{ from: `/sys/block/${device.name}/dm/uuid`, value: device.mapUuid }];
    const otherwise = `On every host put into /etc/multipath.conf: multipaths { multipath { wwid "${id}" alias NAME } }; with the guest off multipathd reconfigure; virsh edit: /dev/mapper/NAME.`;
    if (source === `/dev/${device.name}`)
      return bad(`it uses ${source}, a number that changes from boot to boot`, {
        severity: 'error',
        wants: `/dev/mapper/${device.mapName}`,
        so: 'after a boot, or on another host, it is another disk',
        evidence,
        otherwise,
      });
    if (device.mapName === id)
      return bad(`it is named by its WWID, ${id}`, { wants: 'an alias, equal on all hosts', evidence, otherwise });
    if (/^mpath[a-z]{1,3}$/.test(device.mapName))
      return undecided(
        `${device.mapName} is an automatic name: whether it is the same LUN on other hosts is not seen from here`,
        'compare /etc/multipath/bindings of all hosts',
      );
    return good;
  },
  examples: [
    {
      name: 'named by its WWID',
      files: map(wwid),
      guest: onMap(wwid),
      intents: ['migratable'],
      expect: 'bad',
      severity: 'hint',
      fixes: [],
    },
    { name: 'an alias', files: map('storage1'), guest: onMap('storage1'), intents: ['migratable'], expect: 'good' },
    {
      name: 'an NVMe WWID',
      files: map('eui.0025388b71b1', 'mpath-eui.0025388b71b1'),
      guest: onMap('eui.0025388b71b1'),
      intents: ['migratable'],
      expect: 'bad',
    },
    {
      name: 'an automatic name',
      files: map('mpatha'),
      guest: onMap('mpatha'),
      intents: ['migratable'],
      expect: 'unknown',
    },
    {
      name: 'a kernel name',
      files: map('storage1'),
      guest: onMap('storage1').replace('mapper/storage1', 'dm-0'),
      intents: ['migratable'],
      expect: 'bad',
      severity: 'error',
    },
    { name: 'a guest that stays', files: map(wwid), guest: onMap(wwid), expect: 'not-applicable' },
    {
      name: 'the guide knows no such difference',
      files: map(wwid),
      guest: onMap(wwid),
      policy: 'guide',
      expect: 'bad',
    },
    { name: 'no multipath', intents: ['migratable'], expect: 'not-applicable' },
    {
      name: 'devices not readable',
      files: { '/sys/block': 'denied' },
      guest: onMap('storage1'),
      intents: ['migratable'],
      expect: 'unknown',
    },
  ],
});
