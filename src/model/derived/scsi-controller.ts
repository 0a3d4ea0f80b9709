import type { Disk } from '#model/domain-devices';

/** Units that libvirt gives out on one SCSI controller before it goes on to the next; measured with libvirt 9.0. */
const unitsPerController = 7;

/** Gives the index of the SCSI controller of a disk: its address, else the one that libvirt takes by the number in its name (sda is 0, sdh 7). */
export function scsiControllerOf({ controller, target }: Disk): number {
  if (controller !== undefined) return controller;
  const letters = /^sd([a-z]{1,4})$/.exec(target)?.[1];
  if (letters === undefined) return 0;
  const number = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 96, 0) - 1;
  return Math.floor(number / unitsPerController);
}
