import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { BundleError } from '#formats/bundle/own/bundle-error';
import { type BundleLimits, bundleLimits } from '#formats/bundle/own/bundle-limits';
import { manifestName } from '#formats/bundle/own/bundle-manifest';
import type { BundleFiles } from '#formats/bundle/own/print-own-bundle';

/**
 * Unpacks an archived bundle in memory; nothing is written anywhere. Refused, before anything of it is used: what is no tar.gz or is cut
 * short, more than `bundleLimits`, paths that lead elsewhere, links and devices, two entries of one path. One folder around the bundle is
 * taken away. @throws BundleError
 */
export async function unpackArchive(archive: Uint8Array, limits: BundleLimits = bundleLimits): Promise<BundleFiles> {
  const tar = await decompress(archive, limits.bytes);
  const seen = new Set<string>();
  let count = 0;
  const entries = await unpackTar(tar, {
    strict: true,
    filter({ name, type }) {
      if (++count > limits.entries) {
        throw new BundleError('too-many', `the archive has more than ${limits.entries} entries`);
      }
      checkEntry(name, type, limits.path);
      const path = plainName(name);
      if (seen.has(path)) throw new BundleError('duplicate', `the archive holds ${shown(name)} twice`);
      seen.add(path);
      return type === 'file';
    },
  }).catch((error: unknown) => {
    if (error instanceof BundleError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new BundleError('not-tar', `the archive is damaged or no tar archive: ${message}`);
  });
  return withoutFolder(new Map(entries.map(({ header, data }) => [plainName(header.name), data ?? new Uint8Array()])));
}

async function decompress(archive: Uint8Array, most: number): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(archive, { maxOutputLength: most });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new BundleError('too-large', `the archive holds more than ${most / 2 ** 20} MiB`);
    }
    const message = error instanceof Error ? error.message : String(error);
    throw new BundleError('not-gzip', `the archive is damaged or not compressed with gzip: ${message}`);
  }
}

function checkEntry(name: string, type: string | undefined, longest: number): void {
  if (type !== 'file' && type !== 'directory') {
    throw new BundleError('link', `the archive holds ${shown(name)}, which is neither a file nor a folder`);
  }
  const path = plainName(name);
  const isRoot = type === 'directory' && (path === '' || path === '.');
  const isUnsafe = path.split('/').some(part => part === '' || part === '.' || part === '..');
  if (!isRoot && (isUnsafe || name.length > longest || name.includes('\0'))) {
    throw new BundleError('unsafe-path', `the archive holds ${shown(name)}, which leads out of it`);
  }
}

/** Archives made by hand begin their names with `./`; names of folders end with a slash. */
const plainName = (name: string): string => name.replace(/^\.\//, '').replace(/\/$/, '');

/** Takes the one folder away that may stand around the manifest; what lies beside it keeps its path. */
function withoutFolder(files: BundleFiles): BundleFiles {
  if (files.has(manifestName)) return files;
  const manifest = [...files.keys()].find(path => path.split('/').length === 2 && path.endsWith(`/${manifestName}`));
  if (manifest === undefined) return files;
  const folder = manifest.slice(0, -manifestName.length);
  return new Map(
    [...files].map(([path, content]) => [path.startsWith(folder) ? path.slice(folder.length) : path, content]),
  );
}

const shown = (name: string): string => JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
