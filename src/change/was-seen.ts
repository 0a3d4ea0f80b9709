import type { Look, Observed } from '#change/observed';

/** Whether a look was taken already: kinds that look at what other files name ask for those only then. */
export function wasSeen(seen: Observed, look: Look): boolean {
  try {
    if (look.look === 'file') seen.file(look.path);
    else if (look.look === 'folder') seen.folder(look.path);
    else if (look.look === 'unit') seen.unit(look.name);
    else if (look.look === 'guest') seen.guest(look.guest, look.half);
    else if (look.look === 'stamp') seen.stamp(look.path);
    else seen.imageUse(look.path);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
