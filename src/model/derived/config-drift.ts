import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import { allKnown, chainKnown, type Known, mapKnown, orAbsent } from '#model/known';
import { printBytes } from '#units/bytes';

/** One thing in which a running guest differs from its stored definition, in words. */
export interface Drift {
  readonly what: string;
  readonly live: string;
  readonly stored: string;
}

/**
 * Gives in what a running guest differs from its stored definition. Compared are the things that libvirt does not fill in by itself: not
 * aliases, addresses, labels, the balloon, a CPU that is expanded at start, or the file behind a storage volume. Absent for a guest that is off.
 */
export const driftOf = (guest: Guest): Known<readonly Drift[]> =>
  chainKnown(guest.live, live =>
    mapKnown(allKnown({ stored: traitsOf(guest.config), now: traitsOf(live) }), ({ stored, now }) =>
      [...new Set([...stored.keys(), ...now.keys()])].flatMap(what => {
        const [of, is] = [stored.get(what) ?? 'none', now.get(what) ?? 'none'];
        return of === is || (what === 'machine type' && isAlias(of)) ? [] : [{ what, live: is, stored: of }];
      }),
    ),
  );

/** `q35`, `pc`, `virt`: libvirt runs the guest with the name that stands behind it. */
const isAlias = (machine: string): boolean => !/\d\.\d/.test(machine);

const traitsOf = (config: DomainConfig): Known<ReadonlyMap<string, string>> =>
  mapKnown(
    allKnown({
      memory: config.memory,
      vcpus: config.vcpus,
      os: config.os,
      backing: orAbsent(config.memoryBacking),
      disks: orAbsent(config.disks),
      nics: orAbsent(config.nics),
      given: orAbsent(config.hostDevices),
    }),
    ({ memory, vcpus, os, backing, disks = [], nics = [], given = [] }) =>
      new Map([
        ['memory', printBytes(memory)],
        ['number of vCPUs', `${vcpus.current} of ${vcpus.max}`],
        ['machine type', os.machine ?? ''],
        ['huge pages', backing?.hugepages === undefined ? 'none' : 'used'],
        ['locked memory', backing?.locked === true ? 'yes' : 'no'],
        ...disks.map(
          ({ target, bus, cache = '', io = '' }) => [`disk ${target}`, `${bus ?? ''} ${cache} ${io}`.trim()] as const,
        ),
        // the type is left out: libvirt resolves an interface of a network to what the network is
        ...nics.flatMap(({ mac, model = 'no model' }) =>
          mac === undefined ? [] : [[`interface ${mac}`, model] as const],
        ),
        ...given.flatMap(({ type, address }) =>
          address === undefined ? [] : [[`device ${type} ${address}`, 'passed through'] as const],
        ),
      ]),
  );
