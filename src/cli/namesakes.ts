import type { ReadProblem } from '#cli/open-options';
import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';

/**
 * Tells which of some guests, read of documents, have the name or the UUID of another: libvirt knows each once, so they are no guests of
 * one host. All of them are judged all the same.
 */
export function namesakes(guests: readonly Guest[]): readonly ReadProblem[] {
  const byName = new Map<string, Guest>();
  const byUuid = new Map<string, Guest>();
  return guests.flatMap(guest => {
    const uuid = valueIfKnown(guest.uuid)?.toLowerCase();
    const sameName = byName.get(guest.name);
    const sameUuid = uuid === undefined ? undefined : byUuid.get(uuid);
    if (sameName === undefined) byName.set(guest.name, guest);
    if (uuid !== undefined && sameUuid === undefined) byUuid.set(uuid, guest);
    const message = wordsOf(guest, { sameName, sameUuid });
    return message === undefined
      ? []
      : [
          {
            message,
            doThis: 'libvirt knows each name and UUID once: check the files of one host at a time, one file a guest',
          },
        ];
  });
}

function wordsOf(
  guest: Guest,
  { sameName, sameUuid }: { readonly sameName: Guest | undefined; readonly sameUuid: Guest | undefined },
): string | undefined {
  const at = guest.config.source;
  const where = (other: Guest): string => (other.config.source === at ? 'earlier in it' : `in ${other.config.source}`);
  // a document without UUID gets another at each define
  if (sameName !== undefined && (sameUuid === sameName || valueIfKnown(guest.uuid) === undefined))
    return `${at}: the guest "${guest.name}" is a second time here, first ${where(sameName)}`;
  if (sameName !== undefined) return `${at}: another guest is called "${guest.name}", too, ${where(sameName)}`;
  if (sameUuid !== undefined)
    return `${at}: the guest "${guest.name}" has the UUID of "${sameUuid.name}" ${where(sameUuid)}`;
  return undefined;
}
