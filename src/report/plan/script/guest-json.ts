import type { GuestPart } from '#change/domain/guest-part';

/** Gives the parts of a guest as the program that edits definitions takes them. */
export const guestJson = (parts: readonly GuestPart[]): string =>
  `[${parts.map(part => JSON.stringify(part)).join(',\n')}]`;
