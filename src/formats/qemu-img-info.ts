import { maskSource } from '#formats/secrets/mask-source';
import type { Image } from '#model/image';
import { type Bytes, bytes } from '#units/bytes';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads what `qemu-img info --output=json` prints, with or without `--backing-chain` (qemu-img(1); qapi/block-core.json, ImageInfo).
 * Gives the topmost image with the layers below it; undefined for a text of another form. Sizes are bytes.
 */
export function parseQemuImgInfo(text: string): Image | undefined {
  const json = parseJson(text);
  const layers = Array.isArray(json) ? json : [json];
  let below: readonly Image[] | undefined;
  for (let at = layers.length - 1; at >= 0; at--) {
    const layer: unknown = layers[at];
    if (!isObject(layer) || typeof layer['filename'] !== 'string' || typeof layer['format'] !== 'string')
      return undefined;
    const isLast = at === layers.length - 1;
    const hasMore = typeof layer['backing-filename'] === 'string';
    // the last layer of a chain has none below it; of one that names one all the same, nobody could look at it
    const backing: readonly Image[] | undefined = isLast ? (hasMore ? undefined : []) : below;
    const image = imageOf(layer, layer['filename'], layer['format'], backing);
    below = [image, ...(backing ?? [])];
  }
  return below?.[0];
}

function imageOf(layer: Json, path: string, format: string, backing: readonly Image[] | undefined): Image {
  const specific = objectIn(objectIn(layer, 'format-specific'), 'data');
  return {
    path: maskSource(path),
    format,
    virtualSize: sizeIn(layer, 'virtual-size'),
    allocated: sizeIn(layer, 'actual-size'),
    clusterSize: sizeIn(layer, 'cluster-size'),
    isEncrypted: layer['encrypted'] === true || format === 'luks',
    encryption: format === 'luks' ? format : textIn(objectIn(specific, 'encrypt'), 'format'),
    isDirty: flagIn(layer, 'dirty-flag'),
    isCorrupt: flagIn(specific, 'corrupt'),
    compatibility: textIn(specific, 'compat'),
    lazyRefcounts: flagIn(specific, 'lazy-refcounts'),
    extendedL2: flagIn(specific, 'extended-l2'),
    compression: textIn(specific, 'compression-type'),
    snapshots: Array.isArray(layer['snapshots']) ? layer['snapshots'].length : 0,
    backing,
    backingPath: backingPathIn(layer),
    backingFormat: textIn(layer, 'backing-filename-format'),
  };
}

function backingPathIn(layer: Json): string | undefined {
  const name = textIn(layer, 'full-backing-filename') ?? textIn(layer, 'backing-filename');
  return name === undefined ? undefined : maskSource(name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectIn(object: Json | undefined, name: string): Json | undefined {
  const value = object?.[name];
  return isObject(value) ? value : undefined;
}

function sizeIn(object: Json, name: string): Bytes | undefined {
  const value = object[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? bytes(value) : undefined;
}

function flagIn(object: Json | undefined, name: string): boolean | undefined {
  const value = object?.[name];
  return typeof value === 'boolean' ? value : undefined;
}

function textIn(object: Json | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}
