import { basename } from 'node:path';
import type { ImageOptions } from '#cli/commands/image-info';
import { exitCodes } from '#cli/exit-codes';
import { hostVolumeGroups } from '#cli/host-volume-groups';
import { openImage } from '#cli/open-image';
import { jsonText, openOutput } from '#cli/output';
import { version } from '#cli/version.gen';
import { virtualDisk } from '#formats/disk/virtual-disk';
import { describeDisks } from '#formats/inside/describe-disk';
import { groupClashes } from '#formats/volume/lvm/group-clashes';

/**
 * `nearmetal image inside`: prints what stands on disks that belong together, without mounting them: partitions, volumes, file systems, and what is
 * wrong with them.
 */
export async function imageInside(paths: readonly string[], options: ImageOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const closes: (() => void)[] = [];
  try {
    const disks = paths.map(path => {
      const { chain, close } = openImage(path, options);
      closes.push(close);
      return virtualDisk(chain);
    });
    const found = describeDisks(disks);
    const groups = found.groups.map(({ group }) => group);
    const clashes = groupClashes(groups, hostVolumeGroups());
    if (options.format === 'json') {
      const { insideJson } = await import('#report/json/inside-json');
      await output.write(jsonText(insideJson(paths, found, clashes, version)));
    } else {
      const { insideText } = await import('#report/human/inside-text');
      await output.write(
        insideText(
          paths.map(path => basename(path)),
          found,
          clashes,
          output.style,
        ),
      );
    }
    return exitCodes.ok;
  } finally {
    for (const close of closes) close();
  }
}
