import { commandText } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import { parseDeviceHelp } from '#formats/device-help';
import type { DeviceOptions } from '#model/host';
import { type Evidence, known } from '#model/known';

/** A device that somebody gave to QEMU by hand. */
export interface AskedDevice {
  readonly emulator: string;
  readonly device: string;
}

/** The emulators that may be asked: those that distributions install. */
const emulators = [
  '/usr/bin/qemu-system-x86_64',
  '/usr/bin/qemu-system-aarch64',
  '/usr/libexec/qemu-kvm',
  '/usr/bin/qemu-kvm',
];

/** The options of devices that guests give to QEMU by hand, as the installed QEMU tells them. Devices that were not asked are left out. */
export const deviceOptionsReading = (asked: readonly AskedDevice[]): Reading<readonly DeviceOptions[]> => ({
  says: 'the options of devices that guests give to QEMU by hand',
  ways: emulators.map(emulator => ({ command: [emulator, '-device', '*'] })),
  read(sources) {
    const evidence: Evidence[] = [];
    const found = asked.flatMap(({ emulator, device }): readonly DeviceOptions[] => {
      const text = emulators.includes(emulator)
        ? commandText(sources, [emulator, '-device', `${device},help`])
        : undefined;
      if (text?.state !== 'known') return [];
      evidence.push(...text.evidence);
      return [{ emulator, device, options: parseDeviceHelp(text.value) }];
    });
    return known(found, ...evidence);
  },
});
