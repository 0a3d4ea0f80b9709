import type { Attachment, AttachmentWay } from '#apply/attached/attachment';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';

const readers: Readonly<Record<AttachmentWay, string>> = {
  reader: 'nearmetal reads it; no code of the kernel touches its file systems',
  guestmount: 'guestmount reads it, in a guest of its own',
  kernel: 'the kernel of this host reads it',
};

/** Says what is open where, read by whom, and how it is closed. */
export function attachmentText(all: readonly Attachment[], style: Style): string {
  if (all.length === 0) return 'nothing is open\n';
  return all
    .map(({ folder, images, shows, way, steps }) => {
      const helper = steps.flatMap(step => (step.step === 'mount' && step.hasHelper ? step.type : []))[0];
      const reader = helper === undefined ? readers[way] : `${helper}, as root on this host, reads it`;
      return [
        `${style.dim('image ')}  ${printable(images.join(', '))}`,
        `${style.dim('shows ')}  ${printable(shows)}`,
        `${style.dim('at    ')}  ${printable(folder)}, read-only: ${reader}`,
        `${style.dim('close ')}  nearmetal image close ${printable(folder)}`,
        '',
      ].join('\n');
    })
    .join('\n');
}
