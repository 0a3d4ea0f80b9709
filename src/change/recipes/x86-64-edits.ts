import type { PlaceEdit } from '#change/recipes/edit-places';

/** Gives the edits that make a guest of a 64-bit x86 host run in the 64-bit QEMU, as a machine of its architecture; none where it does. */
export const x86Edits = (emulator: string | undefined, architecture: string | undefined): readonly PlaceEdit[] => [
  ...(emulator?.endsWith('/qemu-system-i386') === true
    ? [['devices/emulator', emulator, emulator.replace(/qemu-system-i386$/, 'qemu-system-x86_64')] as const]
    : []),
  ...(architecture === 'i686' ? [['os/type/@arch', 'i686', 'x86_64'] as const] : []),
];
