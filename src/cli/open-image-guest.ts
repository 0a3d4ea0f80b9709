import { basename, resolve } from 'node:path';
import { openImage } from '#cli/open-image';
import { DiskImages } from '#collect/guest/disk-images';
import { guestOfDocument } from '#collect/guest/document-guest';
import { readingImages } from '#collect/guest/image-reader';
import type { Place } from '#collect/machine';
import type { Sources } from '#collect/sources';
import { parseXml } from '#formats/xml/parse-xml';
import { unknown } from '#model/known';
import { noCommands } from '#transport/commands';
import { emptyTree } from '#transport/empty-tree';

/** The one reason why facts of a host are missing beside lone images. */
const onlyImages = 'only an image was given, not the host';

/**
 * Takes images; gives a place with one guest for each, named like the file, of which nothing is known but that it has this disk. Throws
 * RequestError for an image that cannot be read.
 */
export function openImageGuests(paths: readonly string[]): Place {
  const sources: Sources = {
    files: emptyTree(onlyImages),
    libvirt: unknown(onlyImages),
    commands: readingImages(noCommands),
  };
  const images = new DiskImages(sources);
  const documents = paths.map(given => {
    const { chain, close } = openImage(given, { isAlone: true });
    const { format } = chain.layers[0].image;
    close();
    const guest = guestOfDocument(parseXml(domainWith(resolve(given), format), { file: given }).root, given);
    return { ...guest, config: images.into(guest.config, undefined, false) };
  });
  return { source: paths.join(' '), extent: 'documents', documents, sources };
}

/** The least of a definition that has a disk. */
const domainWith = (path: string, format: string): string =>
  `<domain type='kvm'><name>${escaped(basename(path))}</name><memory>1048576</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os>` +
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${escaped(path)}'/><target dev='vda' bus='virtio'/></disk></devices></domain>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
