import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bigEndian64, bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** How a locator writes a path: Windows, relative to the image or not, both in UTF-16; a file: address in UTF-8, of a Mac. */
const platform = { relative: 'W2ru', absolute: 'W2ku', address: 'MacX' };
const mostLocators = 8;
const mostPathBytes = 4096;

/**
 * Gives the name of the disk that a differencing disk is laid over, as a path with slashes, relative to the image where one is recorded; the header
 * stands at byte `at`. Throws ImageFault where none is recorded.
 */
export function vpcParent(file: ByteSource, header: Buffer, at: number): string {
  const found = new Map<string, string>();
  for (let index = 0; index < mostLocators; index += 1) {
    const entry = 576 + index * 24;
    const code = header.toString('latin1', entry, entry + 4);
    const length = header.readUInt32BE(entry + 8);
    if (!Object.values(platform).includes(code) || length === 0) continue;
    if (length > mostPathBytes)
      throw new ImageFault('malformed', `a path of ${length} bytes is too long`, at + entry + 8);
    const bytes = bytesAt(file, bigEndian64(header, entry + 16), length, 'the path of the parent disk');
    found.set(code, bytes.toString(code === platform.address ? 'utf8' : 'utf16le').split('\0', 1)[0] ?? '');
  }
  const relative = found.get(platform.relative);
  if (relative !== undefined && relative !== '') return relative.replaceAll('\\', '/').replace(/^\.\//, '');
  const address = found.get(platform.address);
  if (address?.startsWith('file://') === true) return address.slice('file://'.length);
  const absolute = found.get(platform.absolute);
  if (absolute !== undefined && absolute !== '') return absolute.replaceAll('\\', '/');
  const name = header.subarray(64, 576).swap16().toString('utf16le').split('\0', 1)[0] ?? '';
  if (name === '')
    throw new ImageFault('malformed', 'it differs from another disk whose name is not recorded', at + 64);
  return name.replaceAll('\\', '/');
}
