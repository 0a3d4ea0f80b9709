import { changeImageFile } from '#change/kinds/image-file';
import { imageSubject, located, refuseBadChain, refuseParts, stateOf } from '#cli/image-plan/image-subject';
import { copyBytes } from '#cli/image-plan/room-for-image';
import { type ImageWorkOptions, runImagePlan } from '#cli/image-plan/run-image-plan';
import { inputError } from '#cli/request-error';
import { bytes, printBytes } from '#units/bytes';

/**
 * `nearmetal image commit OVERLAY`: writes what a layer has into the image right below it: into a copy, which is compared with what the guest sees and
 * takes the place of the image; that one is kept. The layer stays as it is, and reads the same.
 */
export function imageCommit(word: string, options: ImageWorkOptions): Promise<number> {
  return runImagePlan('commit', options, async (target, timeFor) => {
    const overlay = await imageSubject(target, word, options);
    refuseBadChain(overlay);
    const [below] = overlay.below;
    if (below === undefined || overlay.backing === undefined)
      throw inputError(`${overlay.path} has no layer below it, into which it could be written`);
    const base = await imageSubject(target, below, { imageFormat: overlay.backing.format });
    refuseBadChain(base);
    refuseParts(base);
    const { modified, stamp } = timeFor(base.path);
    const how = {
      by: 'commit',
      format: base.format,
      overlay: overlay.path,
      overlayFormat: overlay.format,
    } as const;
    const kept = `${base.path}.before-${stamp}`;
    const size = Math.max(base.virtualSize, overlay.virtualSize);
    const made = {
      how,
      modified,
      bytes: copyBytes(base.path, base.allocated) + overlay.allocated,
      kept,
      above: [overlay.path],
      reads: [overlay.path],
    };
    const is = `${base.format}, ${printBytes(bytes(size))}, with what ${overlay.path} has`;
    const guests = overlay.disks.map(({ guest, target: disk }) => `${disk} of ${guest}`);
    return {
      changes: [changeImageFile(base.path, stateOf(base), { is, made })],
      costs: [
        `${located(below).path} is replaced by a copy that has what the layer has; the old one stays as ${kept}, and takes its room until it is removed.`,
        `${overlay.path} stays, and reads the same${guests.length > 0 ? `: ${guests.join(', ')} goes on with it` : ''}; where it is to go, the guest must name ${base.path} first.`,
      ],
    };
  });
}
