import { fileFact, fileText } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { libvirtReadings } from '#collect/host/libvirt';
import { libvirtFact } from '#collect/libvirt-facts';
import { neverAbsent } from '#collect/never-absent';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { distributionOf, parseOsRelease } from '#formats/conf/os-release';
import { hashOfId, machineName } from '#formats/secrets/mask-machine-id';
import type { Distribution } from '#model/host';
import { chainKnown, type Known, known, unknown } from '#model/known';

/**
 * A stable name of the machine. machine-id(5) is confidential, so neither the fact nor its evidence shows it. A libvirt host UUID
 * (capabilities) stands in where there is no machine-id.
 */
export const hostId: Reading<string> = {
  says: 'the machine, by a hash of its machine id',
  ways: [{ file: '/etc/machine-id' }, { call: 'virConnectGetCapabilities' }],
  read: sources =>
    neverAbsent(
      firstOfAllWays(
        () => fromMachineId(sources),
        () => fromHostUuid(sources),
      ),
      'systemd-machine-id-setup',
    ),
};

function fromMachineId(sources: Sources): Known<string> {
  const text = fileText(sources, '/etc/machine-id');
  if (text.state !== 'known') return text;
  // what is read of files has its secrets masked, and this one is hashed
  const id = machineName(text.value);
  return id === undefined
    ? unknown('/etc/machine-id holds no machine id', 'systemd-machine-id-setup')
    : known(id, ...text.evidence);
}

const fromHostUuid = (sources: Sources): Known<string> =>
  chainKnown(libvirtReadings.capabilities.read(sources), ({ hostUuid }) =>
    hostUuid === undefined
      ? unknown('the capabilities name no host UUID')
      : known(hashOfId(hostUuid), { from: 'capabilities/host/uuid', value: `hashed to ${hashOfId(hostUuid)}` }),
  );

/** The host name. */
export const hostName: Reading<string> = {
  says: 'the host name',
  ways: [{ file: '/proc/sys/kernel/hostname' }, { file: '/etc/hostname' }, { call: 'virConnectGetHostname' }],
  read: sources =>
    neverAbsent(
      firstOfAllWays(
        () => fileFact(sources, '/proc/sys/kernel/hostname', nameOf),
        () => fileFact(sources, '/etc/hostname', nameOf),
        () => libvirtFact(sources, 'virConnectGetHostname', answers => answers.hostname),
      ),
      'hostname',
    ),
};

/** Comments in /etc/hostname begin with `#` (hostname(5)); the kernel's name is one line of at most 64 bytes. */
function nameOf(text: string): string | undefined {
  const line = text
    .split('\n')
    .map(each => each.trim())
    .find(each => each !== '' && !each.startsWith('#'));
  return line !== undefined && line.length <= 255 ? line : undefined;
}

/** The distribution: os-release(5), the administrator's file before the vendor's. */
export const distribution: Reading<Distribution> = {
  says: 'the distribution and its version',
  ways: [{ file: '/etc/os-release' }, { file: '/usr/lib/os-release' }],
  read: sources =>
    firstOfAllWays(
      () => fileFact(sources, '/etc/os-release', text => distributionOf(parseOsRelease(text))),
      () => fileFact(sources, '/usr/lib/os-release', text => distributionOf(parseOsRelease(text))),
    ),
};
