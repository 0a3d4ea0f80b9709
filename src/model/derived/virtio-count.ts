import { diskBus } from '#model/derived/disk-bus';
import type { DomainConfig } from '#model/domain-config';
import { allKnown, type Known, mapKnown, orAbsent } from '#model/known';

/** How many devices of a virtio type (virtio 1.2, 5) a definition gives the guest. */
export interface VirtioCount {
  readonly type: number;
  readonly name: string;
  readonly count: number;
}

const isVirtio = (model: string | undefined): boolean => model?.startsWith('virtio') === true;

/**
 * Gives the virtio devices that a definition is sure to make, by type: network, block, entropy, balloon, SCSI. Others (consoles, input,
 * graphics) depend on defaults of libvirt's.
 */
export const virtioCount = (config: DomainConfig): Known<readonly VirtioCount[]> =>
  mapKnown(
    allKnown({
      disks: orAbsent(config.disks),
      nics: orAbsent(config.nics),
      rngs: orAbsent(config.rngs),
      balloon: orAbsent(config.balloon),
      controllers: orAbsent(config.controllers),
    }),
    ({ disks = [], nics = [], rngs = [], balloon, controllers = [] }) => [
      { type: 1, name: 'network cards', count: nics.filter(({ model }) => isVirtio(model)).length },
      { type: 2, name: 'disks', count: disks.filter(disk => diskBus(disk) === 'virtio').length },
      { type: 4, name: 'random number generators', count: rngs.filter(({ model }) => isVirtio(model)).length },
      { type: 5, name: 'balloons', count: isVirtio(balloon?.model) ? 1 : 0 },
      {
        type: 8,
        name: 'SCSI controllers',
        count: controllers.filter(({ type, model }) => type === 'scsi' && isVirtio(model)).length,
      },
    ],
  );
