import { maskProse } from '#formats/secrets/mask-prose';
import { maskJson } from '#formats/secrets/mask-qemu-arguments';
import { maskSettings } from '#formats/secrets/mask-settings';

/** Masks secrets in what a command printed or libvirt said: JSON by its names, other text by lines and words. */
export const maskOutput = (text: string): string =>
  /^\s*[[{]/.test(text) ? maskJson(text) : maskProse(maskSettings(text));
