import { maskUris } from '#formats/secrets/mask-uris';
import { secretMark } from '#units/secret';

/** `password: x`, `root password = x`, `token is x`, and `password x1`: what has a digit is no word of a sentence. */
const named =
  /((?:pass(?:word|wd|phrase|code)|secret|token|api[ _-]?key)["']?(?:\s{0,4}(?:[:=]|\bis\b)\s{0,4}|\s{1,4}(?=[^\s"'<>,;\d]{0,64}\d))["']?)([^\s"'<>,;]{1,256})/gi;

/** Masks what looks like a secret in text that people wrote: descriptions, comments. */
export const maskProse = (text: string): string => maskUris(text.replaceAll(named, `$1${secretMark}`));
