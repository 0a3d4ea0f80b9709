import type { DomainConfig } from '#model/domain-config';
import { type Known, mapKnown, valueIfKnown } from '#model/known';
import { type Bytes, bytes, mib } from '#units/bytes';

/** Memory that QEMU takes beside the guest's own: 256 MiB, 0.2 % of the guest's memory and its video memory (policy). */
export const guestOverhead = (config: DomainConfig): Known<Bytes> =>
  mapKnown(config.memory, memory => {
    const videos = valueIfKnown(config.videos) ?? [];
    return bytes(mib(256) + Math.floor(memory * 0.002) + videos.reduce((sum, video) => sum + (video.vram ?? 0), 0));
  });
