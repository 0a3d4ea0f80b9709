import { Buffer } from 'node:buffer';
import { backingPlace } from '#formats/disk/backing-name';
import { ImageFault } from '#formats/disk/image-fault';
import type { ImageFormat, OpenImage } from '#formats/disk/image-format';
import { headLength, probeFormat } from '#formats/disk/probe-format';
import type { ByteSource } from '#units/byte-source';

/** A file that is open. */
export interface ImageFile extends ByteSource {
  /** Two names of one file have the same. */
  readonly identity: string;
  /** Room that it takes, in bytes. */
  readonly allocated: number;
}

/** How names become files. Throws ImageFault: missing-file, refused-file. */
export type OpenImageFile = (path: string) => ImageFile;

/** An image with the file that holds it. */
export interface ImageLayer {
  /** As it was asked for: the topmost as given, those below as their overlay names them. */
  readonly path: string;
  readonly file: ImageFile;
  /** The files that it consists of beside its own. */
  readonly parts: readonly { readonly path: string; readonly file: ImageFile }[];
  readonly image: OpenImage;
  /** How its format is known: said by the user, or recorded in the layer above, or guessed by its first bytes. */
  readonly formatBy: 'said' | 'recorded' | 'probed';
  /** The format that its first bytes look like. */
  readonly looksLike: string;
}

/** An image and what lies behind it. */
export interface ImageChain {
  /** The topmost first; at least one. */
  readonly layers: readonly [ImageLayer, ...ImageLayer[]];
  /** Why the layer below the last one cannot be had. Undefined: the chain is whole. */
  readonly broken?: ImageFault;
}

/** How a chain is opened. */
export interface ChainRequest {
  readonly formats: readonly ImageFormat[];
  readonly openFile: OpenImageFile;
  /** The format of the topmost image; undefined: its first bytes tell, which who owns the guest may have written. */
  readonly format?: string | undefined;
  /** Only the topmost layer. */
  readonly isAlone?: boolean;
  /** Whether a layer whose format is not recorded is opened as what it looks like (default: yes, as QEMU does); else only what looks raw is. */
  readonly isProbing?: boolean;
}

/** The most layers that are followed: far more than QEMU can open with the usual limit of open files. */
const mostLayers = 1000;

/**
 * Opens an image and its backing files, the way QEMU finds them. Throws ImageFault where the image itself cannot be read; a fault below ends the chain
 * and stands in it, with the path of the layer.
 */
export function openImageChain(path: string, request: ChainRequest): ImageChain {
  const top = openLayer(path, request.format, request, 'said');
  const layers: [ImageLayer, ...ImageLayer[]] = [top];
  const seen = new Set([top.file.identity]);
  let last = top;
  while (last.image.backing !== undefined && request.isAlone !== true) {
    const { name, format } = last.image.backing;
    try {
      const place = backingPlace(last.path, name);
      const next = openLayer(place.path, format ?? place.format, request, 'recorded');
      if (seen.has(next.file.identity))
        throw new ImageFault(
          'endless-chain',
          `${place.path} is already a layer above: the backing files go in a circle`,
        );
      if (layers.length === mostLayers) throw new ImageFault('endless-chain', `more than ${mostLayers} layers`);
      seen.add(next.file.identity);
      layers.push(next);
      last = next;
    } catch (error) {
      if (!(error instanceof ImageFault)) throw error;
      return { layers, broken: error };
    }
  }
  return { layers };
}

function openLayer(
  path: string,
  wanted: string | undefined,
  { formats, openFile, isProbing = true }: ChainRequest,
  by: 'said' | 'recorded',
): ImageLayer {
  const file = openFile(path);
  const isUnsaid = wanted === undefined;
  try {
    const probed = probedFormat(file, path, formats);
    if (isUnsaid && !isProbing && probed !== undefined && probed.name !== 'raw')
      throw new ImageFault('refused-file', `it looks like ${probed.name}, and nobody recorded its format`);
    const format = isUnsaid ? probed : formats.find(({ name }) => name === (qemuNames.get(wanted) ?? wanted));
    if (format === undefined) throw new ImageFault('unsupported', `images of format ${wanted} are not read here`);
    const pathOf = (name?: string) => (name === undefined ? path : backingPlace(path, name).path);
    const parts: { readonly path: string; readonly file: ImageFile }[] = [];
    const open = (name: string): ImageFile => {
      const part = { path: pathOf(name), file: openFile(pathOf(name)) };
      parts.push(part);
      return part.file;
    };
    const neighbours = { open, pathOf };
    return {
      path,
      file,
      parts,
      image: format.open(file, neighbours),
      formatBy: isUnsaid ? 'probed' : by,
      looksLike: probed?.name ?? 'raw',
    };
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
    throw new ImageFault(error.kind, `${path}: ${error.message}`);
  }
}

/** Other names that images record for the same bytes. */
const qemuNames: ReadonlyMap<string, string> = new Map([
  ['vhd', 'vpc'],
  ['host_device', 'raw'],
]);

function probedFormat(file: ImageFile, path: string, formats: readonly ImageFormat[]): ImageFormat | undefined {
  const head = Buffer.alloc(Math.min(headLength, file.size));
  const count = file.readInto(head, 0);
  return probeFormat(formats, head.subarray(0, count), file.size, path);
}
