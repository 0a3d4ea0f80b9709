import { maskJson } from '#formats/secrets/mask-qemu-arguments';
import { maskUris } from '#formats/secrets/mask-uris';

/** Masks credentials in the name of an image: `https://user:password@host/x`, `json:{"driver":…,"password":…}`. Paths stay as they are. */
export const maskSource = (source: string): string =>
  source.startsWith('json:') ? maskJson(source) : maskUris(source);
