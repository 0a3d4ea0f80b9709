/** How an image is made, as data; `makingCalls` says by which programs. Paths are absolute; sizes are bytes. */
export type Making =
  /** A copy in another format, or with other properties, of what a guest sees: layers below are merged into it. */
  | {
      readonly by: 'convert';
      readonly from: string;
      readonly fromFormat: string;
      /** A file that holds the passphrase of the source. */
      readonly fromSecret?: string;
      readonly format: string;
      readonly options: FormatOptions;
      readonly isCompressed?: boolean;
      /** A file that holds the passphrase of the copy, which is encrypted by LUKS. */
      readonly secret?: string;
    }
  /** An empty layer over another image. `backing` as it is to stand in it: relative to its folder, or absolute. */
  | {
      readonly by: 'overlay';
      readonly backing: string;
      readonly backingFormat: string;
      readonly size?: number;
      readonly options: FormatOptions;
    }
  /** The same layer over another image, with what differs between the two written into it; over none: all is. */
  | { readonly by: 'rebase'; readonly format: string; readonly backing?: string; readonly backingFormat?: string }
  /** The same layer, with another name of what lies below, which reads the same. `isProven`: the old name still leads somewhere, so that both can be compared. */
  | {
      readonly by: 'relink';
      readonly format: string;
      readonly backing: string;
      readonly backingFormat: string;
      readonly isProven: boolean;
    }
  /** What an overlay has, written into the image below it. */
  | { readonly by: 'commit'; readonly format: string; readonly overlay: string; readonly overlayFormat: string }
  /** Another virtual size. */
  | {
      readonly by: 'resize';
      readonly format: string;
      readonly size: number;
      /** The end goes; else there is more, and it is zeroes. */
      readonly isSmaller?: boolean;
      readonly preallocation?: string;
    }
  /** Metadata put right. */
  | { readonly by: 'repair'; readonly format: string; readonly what: 'leaks' | 'all' };

/** Options of a new image, by their names in `qemu-img create -o`. */
export type FormatOptions = Readonly<Partial<Record<(typeof optionNames)[number], string>>>;

/** The options that may be set: none of them names a file. */
export const optionNames = [
  'cluster_size',
  'preallocation',
  'compat',
  'extended_l2',
  'lazy_refcounts',
  'compression_type',
  'refcount_bits',
  'subformat',
  'nocow',
] as const;

/** Formats that are written. */
export const writtenFormats = ['raw', 'qcow2', 'luks', 'vmdk', 'vdi', 'vhdx', 'vpc', 'qed'] as const;

const readFormats: readonly string[] = [...writtenFormats, 'qcow', 'parallels', 'dmg', 'cloop', 'bochs'];

/** Whether a value that may come from a file is a making; anything that programs would understand as more than a value is refused. */
export function isMaking(value: unknown): value is Making {
  if (!isObject(value)) return false;
  const { by } = value;
  const has = (fields: Readonly<Record<string, (field: unknown) => boolean>>): boolean =>
    Object.keys(value).every(key => key === 'by' || key in fields) &&
    Object.entries(fields).every(([key, fits]) => fits(value[key]));
  switch (by) {
    case 'convert':
      return has({
        from: isPath,
        fromFormat: isFormat,
        fromSecret: optional(isPath),
        format: isWritten,
        options: isOptions,
        isCompressed: optional(isBoolean),
        secret: optional(isPath),
      });
    case 'overlay':
      return has({ backing: isName, backingFormat: isFormat, size: optional(isSize), options: isOptions });
    case 'rebase':
      return has({ format: isWritten, backing: optional(isName), backingFormat: optional(isFormat) });
    case 'relink':
      return has({ format: isWritten, backing: isName, backingFormat: isFormat, isProven: isBoolean });
    case 'commit':
      return has({ format: isWritten, overlay: isPath, overlayFormat: isFormat });
    case 'resize':
      return has({
        format: isWritten,
        size: isSize,
        isSmaller: optional(isBoolean),
        preallocation: optional(isWord),
      });
    case 'repair':
      return has({ format: isWritten, what: what => what === 'leaks' || what === 'all' });
    default:
      return false;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const optional =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || fits(value);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isSize = (value: unknown): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 53;
const isWord = (value: unknown): boolean => typeof value === 'string' && /^[\w.]{1,32}$/.test(value);
const isFormat = (value: unknown): boolean => typeof value === 'string' && readFormats.includes(value);
const isWritten = (value: unknown): boolean => writtenFormats.some(format => format === value);
const isOptions = (value: unknown): boolean =>
  isObject(value) &&
  Object.entries(value).every(
    ([name, one]) => optionNames.some(known => known === name) && (one === undefined || isWord(one)),
  );

/** An absolute path without anything that would lead elsewhere than it says. */
export const isPath = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length < 4096 &&
  value.startsWith('/') &&
  !value.includes('\0') &&
  !value.split('/').some(part => part === '..' || part === '.') &&
  !value.endsWith('/');

/** A name of a backing file that QEMU takes for a path, not for a protocol or a description; qcow2 has room for 1023 bytes. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 1023 && !value.includes('\0') && !/^[^/]*:/.test(value);
