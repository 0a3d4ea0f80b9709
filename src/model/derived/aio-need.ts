import { isCommitted } from '#model/derived/committed-guests';
import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import { allKnown, chainKnown, type Known, known, mapKnown, orAbsent, sumKnown, type Total } from '#model/known';

/** Gives the event loops of a guest that set up an AIO context: the main one, and each I/O thread that carries a disk with io='native'; none without such a disk. */
export const aioLoops = (config: DomainConfig): Known<number> =>
  mapKnown(
    allKnown({ disks: orAbsent(config.disks), controllers: orAbsent(config.controllers) }),
    ({ disks = [], controllers = [] }) => {
      const native = disks.filter(disk => disk.io === 'native');
      if (native.length === 0) return 0;
      const threads = new Set(
        native.flatMap(disk => {
          const controller =
            disk.bus === 'scsi'
              ? controllers.find(one => one.type === 'scsi' && one.index === (disk.controller ?? 0))
              : undefined;
          const own = disk.iothread ?? controller?.iothread;
          return [...disk.iothreads, ...(own === undefined ? [] : [own])];
        }),
      );
      return 1 + threads.size;
    },
  );

/** Gives the AIO contexts that all committed guests take: loops × contexts a loop. */
export const aioNeed = (guests: Known<readonly Guest[]>, perLoop: number): Known<Total> =>
  chainKnown(guests, all =>
    sumKnown(all, guest =>
      chainKnown(isCommitted(guest), isCounted =>
        isCounted ? mapKnown(aioLoops(guest.config), loops => loops * perLoop) : known(0),
      ),
    ),
  );
