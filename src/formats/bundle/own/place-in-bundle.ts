import { createHash } from 'node:crypto';

/**
 * Gives the path inside a bundle at which the text of a file of the machine is kept: the same path under `files/`. A path that could
 * mean another place when the bundle is unpacked (`..`, empty parts, control characters, very long names)
 * gets a name of its own, told in the manifest.
 */
export function placeOfFile(path: string): string {
  const parts = path.split('/').slice(1);
  const isPlain =
    path.startsWith('/') &&
    path.length < 1000 &&
    parts.every(part => part !== '' && part !== '.' && part !== '..' && isPlainName(part));
  return isPlain ? `files${path}` : `odd/${shortHash(path)}`;
}

/** Gives the path inside a bundle of a command's output: readable, and unique. */
export function placeOfCommand(argv: readonly string[]): string {
  const words = argv
    .join(' ')
    .replaceAll(/[^\w.-]+/g, '_')
    .slice(0, 60);
  return `commands/${words}.${shortHash(argv.join('\0'))}`;
}

/** Names that every file system takes; systemd's escapes (`machine-qemu\x2d1.scope`) are common. */
const isPlainName = (name: string): boolean => name.length < 250 && /^[^\p{Cc}]+$/u.test(name);

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
