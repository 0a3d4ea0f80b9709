import { ImageFault } from '#formats/disk/image-fault';

/** Where a backing file is, worked out of its name. */
export interface BackingPlace {
  /** Path, relative to the folder that QEMU is in as the image's own was. */
  readonly path: string;
  /** The format that a `json:` description says. */
  readonly format: string | undefined;
}

/** A protocol of QEMU stands before the first colon, where no slash is before it (block.c, path_has_protocol). */
const protocol = /^([^/:]*):/;

/**
 * Takes the path of an image and the name of its backing file as it stands in it; gives the path at which QEMU looks for it: beside the image
 * unless it is absolute (block.c, path_combine), and links of the image's own path are not followed for that. Throws ImageFault `unsupported` for
 * what is no file here: an address in a network, a driver that is not read.
 */
export function backingPlace(path: string, name: string): BackingPlace {
  if (name.startsWith('json:')) return describedPlace(path, name);
  const scheme = protocol.exec(name)?.[1];
  if (scheme === undefined) return { path: beside(path, name), format: undefined };
  if (scheme === 'file') return { path: beside(path, name.slice('file:'.length)), format: undefined };
  throw new ImageFault('unsupported', `its backing file is no file of this host, and is not opened: ${scheme}: …`);
}

function beside(path: string, name: string): string {
  if (name.startsWith('/')) return name;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return folder + name;
}

/** A description as QEMU writes it: `json:{"driver":"raw","file":{"driver":"file","filename":"base.raw"}}`, or the same with dotted keys. */
function describedPlace(path: string, name: string): BackingPlace {
  let described: unknown;
  try {
    described = JSON.parse(name.slice('json:'.length));
  } catch {
    throw new ImageFault('malformed', 'the json: description of its backing file cannot be read');
  }
  const top = new Map(isObject(described) ? Object.entries(described) : []);
  const file = top.get('file');
  const inner = new Map(isObject(file) ? Object.entries(file) : []);
  const driver = top.get('driver');
  const fileDriver = inner.get('driver') ?? top.get('file.driver') ?? 'file';
  const filename = inner.get('filename') ?? top.get('file.filename') ?? (driver === 'file' ? top.get('filename') : '');
  const isFile = fileDriver === 'file' || fileDriver === 'host_device';
  if (typeof filename !== 'string' || filename === '' || !isFile)
    throw new ImageFault('unsupported', 'the json: description of its backing file names no file of this host');
  const format = typeof driver === 'string' && driver !== 'file' ? driver : undefined;
  return { path: beside(path, filename), format };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
