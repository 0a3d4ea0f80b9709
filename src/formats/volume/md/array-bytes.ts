import { sliceBytes } from '#formats/inside/slice-bytes';
import type { MdMember } from '#formats/volume/md/md-member';
import type { ByteSource } from '#units/byte-source';

/** Where an array's bytes come from; or why they cannot be had. */
export type ArrayBytes = { readonly bytes: ByteSource } | { readonly why: string };

/** A member of an array with its bytes. */
export interface MemberBytes {
  readonly member: MdMember;
  readonly bytes: ByteSource;
}

const levels = { linear: -1, stripes: 0, mirror: 1 };

/**
 * Gives the bytes of an array from the members of it that are at hand: of a mirror from the newest of them, of a linear one and of one with a single
 * member where all are there. Other levels are named.
 */
export function arrayBytes(members: readonly MemberBytes[]): ArrayBytes {
  const newest = [...members].sort((one, other) => other.member.events - one.member.events);
  const [best] = newest.filter(one => one.member.place !== undefined);
  if (best === undefined) return { why: 'only spare or faulty members of it are here' };
  const { level, members: count } = best.member;
  if (level === levels.mirror || (level === levels.stripes && count === 1)) return { bytes: dataOf(best) };
  if (level !== levels.linear) return { why: `arrays of level ${level} are named, and not read` };
  const parts: ByteSource[] = [];
  for (let place = 0; place < count; place += 1) {
    const one = newest.find(({ member }) => member.place === place);
    if (one === undefined) return { why: `member ${place + 1} of ${count} is not here` };
    parts.push(dataOf(one));
  }
  return { bytes: joined(parts) };
}

const dataOf = ({ member, bytes }: MemberBytes): ByteSource => sliceBytes(bytes, member.dataOffset, member.dataSize);

/** One source after the other. */
function joined(parts: readonly ByteSource[]): ByteSource {
  return {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    readInto(target, at) {
      let [done, before] = [0, 0];
      for (const part of parts) {
        const within = at + done - before;
        if (done < target.length && within < part.size) {
          const piece = target.subarray(done, done + Math.min(target.length - done, part.size - within));
          const count = part.readInto(piece, within);
          done += count;
          if (count < piece.length) return done;
        }
        before += part.size;
      }
      return done;
    },
  };
}
