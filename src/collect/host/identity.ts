import { fileFact, lackOf, readFrom } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { libvirtReadings } from '#collect/host/libvirt';
import { libvirtFact } from '#collect/libvirt-facts';
import { neverAbsent } from '#collect/never-absent';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { distributionOf, parseOsRelease } from '#formats/conf/os-release';
import { hashOfId, machineName, maskMachineId, namesMachine } from '#formats/secrets/mask-machine-id';
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

/** The hash is made when it is asked for: a report for people tells no id, and Node takes some milliseconds for its hashes. */
function fromMachineId({ files }: Sources): Known<string> {
  const path = '/etc/machine-id';
  const found = files.read(path);
  if (found.outcome !== 'ok') return lackOf(found, path);
  const { value: text } = found;
  return namesMachine(text)
    ? {
        state: 'known',
        get value() {
          return machineName(text) ?? '';
        },
        get evidence() {
          return [readFrom(path, maskMachineId(text))];
        },
      }
    : unknown('/etc/machine-id holds no machine id', 'systemd-machine-id-setup');
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
