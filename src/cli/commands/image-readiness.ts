import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { type GuestDiskRequest, windowsOn, withGuest } from '#cli/open-guest-disk';
import { jsonText, openOutput } from '#cli/output';
import { startProgress } from '#cli/progress';
import { RequestError } from '#cli/request-error';
import { readGuestBoot } from '#formats/guest-boot/read-guest-boot';
import type { OpenGuest } from '#formats/guest-disk/open-guest';
import { UnpackFault } from '#formats/initrd/read-initrd';
import { diskReadiness, networkReadiness } from '#model/derived/virtio-readiness';
import { windowsReadiness } from '#model/derived/windows-readiness';
import type { GuestBoot } from '#model/guest-boot';
import type { DiskBus, Readiness } from '#model/readiness';
import { readinessJson } from '#report/json/readiness-json';
import { unpackStream } from '#transport/unpack';

/** Options of `image readiness`. */
export type ReadinessOptions = CommonOptions & GuestDiskRequest & { readonly bus?: DiskBus };

/** What is read of a guest of which nothing is. */
const noBoot: Omit<GuestBoot, 'system'> = {
  kernels: [],
  menu: [],
  nextKernel: undefined,
  devices: [],
  network: [],
  unread: [],
};

/**
 * `nearmetal image readiness`: says from the disks of a guest that is off whether it would come up with virtio, and shows what says so. Exit code 2: it
 * would not; 3: it is not known.
 */
export async function imageReadiness(images: readonly string[], options: ReadinessOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const progress = startProgress(options.quiet === true || options.verbose === true);
  progress.say('reading the initrds of the guest');
  const buses: readonly DiskBus[] = options.bus === undefined ? ['virtio-blk', 'virtio-scsi'] : [options.bus];
  const tell = async (guest: Pick<OpenGuest, 'parts' | 'remarks'>, boot: GuestBoot, judged: readonly Readiness[]) => {
    progress.end();
    if (options.format === 'json') await output.write(jsonText(readinessJson(images, guest, boot, judged)));
    else {
      const { readinessText } = await import('#report/human/readiness-text');
      await output.write(
        readinessText(images, guest, boot, judged, { isVerbose: options.verbose === true, style: output.style }),
      );
    }
    const verdicts = judged.map(({ verdict }) => verdict);
    if (verdicts.includes('unsafe')) return exitCodes.findings;
    return verdicts.includes('unknown') ? exitCodes.incomplete : exitCodes.ok;
  };
  try {
    return await withGuest(images, options, async guest => {
      const boot = await readGuestBoot(guest, (packing, packed, most) =>
        unpackStream(packing, packed, most, message => new UnpackFault(message)),
      );
      return tell(guest, boot, [...buses.map(bus => diskReadiness(boot, bus)), networkReadiness(boot)]);
    });
  } catch (error) {
    // Windows has no root of a Linux system; what keeps it from being judged is an answer, too
    const windows = error instanceof RequestError && options.partition === undefined ? windowsOn(images, options) : [];
    if (windows.length === 0) throw error;
    const boot: GuestBoot = { ...noBoot, system: { kind: 'windows', name: 'Windows, by its NTFS' } };
    return await tell({ parts: windows, remarks: [] }, boot, windowsReadiness(buses));
  } finally {
    progress.end();
  }
}
