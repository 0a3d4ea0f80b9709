import type { ContentProbe } from '#formats/inside/content-probe';
import { product } from '#formats/inside/fields';
import { readMdMember } from '#formats/volume/md/md-member';

const levels = new Map([
  [-4, 'multipath'],
  [-1, 'linear'],
]);

/** A member of an array of Linux MD. */
export const md: ContentProbe = {
  type: 'linux_raid_member',
  identify(look) {
    const member = readMdMember(look);
    if (member === undefined) return undefined;
    const level = levels.get(member.level) ?? `raid${member.level}`;
    const place = member.place === undefined ? 'spare or faulty' : `member ${member.place + 1}`;
    return {
      type: 'linux_raid_member',
      usage: 'raid',
      at: member.at,
      version: member.version,
      label: member.name,
      uuid: member.uuid,
      memberUuid: member.memberUuid,
      size: product(member.dataSize, 1),
      notes: [`${level}, ${place} of ${member.members}`],
      faults: member.faults,
    };
  },
};
