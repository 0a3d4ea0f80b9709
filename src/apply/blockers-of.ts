import { guestBlockers } from '#apply/guest-blockers';
import { GuestError } from '#apply/guest-error';
import type { Blocker } from '#apply/survey-plan';
import type { Target } from '#apply/target';

/** What keeps a guest from being changed; nothing where there is no libvirt, for then nothing of it is. Rejects as libvirt does. */
export async function blockersOf({ libvirt, files }: Target, guest: string): Promise<readonly Blocker[]> {
  if (libvirt === undefined) return [];
  try {
    return await guestBlockers(libvirt, guest, files);
  } catch (error) {
    if (error instanceof GuestError) return [{ why: error.message, doThis: error.doThis }];
    throw error;
  }
}
