import { folderNames, lackOf, textIfThere } from '#collect/file-facts';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseWhole } from '#formats/sys/whole-number';
import type { Host } from '#model/host';
import { type Known, known, unknown } from '#model/known';
import type { HostNetworkInterface } from '#model/network';

/** Network interfaces but the loopback; linux: Documentation/ABI/testing/sysfs-class-net. */
const networkInterfaces: Reading<readonly HostNetworkInterface[]> = {
  says: 'network interfaces of the host',
  ways: [{ file: '/sys/class/net/*' }, { file: '/sys/class/net/*/*' }, { file: '/sys/class/net/*/device/numa_node' }],
  read(sources) {
    const names = folderNames(sources, '/sys/class/net');
    if (names.state !== 'known') return names;
    // a file beside the folders: the list of the bonding driver
    const interfaces = names.value
      .filter(name => name !== 'lo' && name !== 'bonding_masters')
      .map(name => interfaceOf(sources, name));
    const value = interfaces.map(({ name, kind }) => `${name} (${kind})`).join(', ');
    return known(interfaces, { from: '/sys/class/net', value: value.slice(0, 400) || 'none but the loopback' });
  },
};

function interfaceOf(sources: Sources, name: string): HostNetworkInterface {
  const path = `/sys/class/net/${name}`;
  const read = (file: string): string | undefined => textIfThere(sources, `${path}/${file}`) || undefined;
  const list = sources.files.list(path);
  const entries = new Set(list.outcome === 'ok' ? list.value : []);
  const master = sources.files.link(`${path}/master`);
  const state = read('operstate');
  return {
    name,
    kind: kindOf(entries, /^DEVTYPE=([\w-]{1,32})$/m.exec(read('uevent') ?? '')?.[1]),
    mtu: parseWhole(read('mtu') ?? ''),
    mac: read('address'),
    master: master.outcome === 'ok' ? master.value.slice(master.value.lastIndexOf('/') + 1) : undefined,
    // a bridge without ports and many virtual ones say “unknown” while they work
    isUp: state === undefined || state === 'unknown' ? undefined : state === 'up',
    node: parseWhole(read('device/numa_node') ?? ''),
  };
}

/** Told by the entries that drivers add, then by DEVTYPE; an interface with a device is physical. */
function kindOf(entries: ReadonlySet<string>, devtype: string | undefined): string {
  if (entries.has('bridge')) return 'bridge';
  if (entries.has('bonding')) return 'bond';
  if (entries.has('tun_flags')) return 'tap';
  if (devtype === 'vlan' || devtype === 'bridge' || devtype === 'bond') return devtype;
  return entries.has('device') ? 'physical' : 'virtual';
}

/** vhost-net's device, listed rather than opened: opening it would load the module. */
const vhostNet: Reading<boolean> = {
  says: 'whether the kernel offers vhost-net',
  ways: [{ file: '/dev/*' }, { file: '/sys/class/misc/*' }],
  read(sources) {
    const device = holds(sources, '/dev');
    if (device.state === 'known') return device;
    const driver = holds(sources, '/sys/class/misc');
    return driver.state === 'known' ? driver : device;
  },
};

function holds(sources: Sources, folder: string): Known<boolean> {
  const names = folderNames(sources, folder);
  // a folder that is not there tells nothing of what it would hold
  if (names.state === 'absent') return unknown(`${folder} is not there`);
  if (names.state === 'unknown') return names;
  const isThere = names.value.includes('vhost-net');
  // in a part of a machine the folder may be there without all that is in it; a look for a link opens nothing
  const look = isThere ? undefined : sources.files.link(`${folder}/vhost-net`);
  if (look?.outcome === 'not-captured') return lackOf(look, `${folder}/vhost-net`);
  return known(isThere, { from: folder, value: isThere ? 'holds vhost-net' : 'holds no vhost-net' });
}

/** The host's side of guests' networks. */
export const networkReadings: ReadingsOf<Pick<Host, 'networkInterfaces' | 'vhostNet'>> = {
  networkInterfaces,
  vhostNet,
};
