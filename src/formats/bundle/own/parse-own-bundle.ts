import * as v from 'valibot';
import { BundleError } from '#formats/bundle/own/bundle-error';
import {
  bundleSchema,
  type Manifest,
  type ManifestLooks,
  type ManifestSample,
  manifestForm,
  manifestName,
} from '#formats/bundle/own/bundle-manifest';
import type {
  BundledInside,
  BundledLibvirt,
  BundledLooks,
  BundleSample,
  Look,
  NoLibvirt,
  OwnBundle,
  Room,
} from '#formats/bundle/own/own-bundle';
import type { BundleFiles } from '#formats/bundle/own/print-own-bundle';

/** A bundle that was read, and what was odd about it. */
export interface ParsedBundle {
  readonly bundle: OwnBundle;
  /** Files that nothing in the manifest names, texts that it names and that are not there. */
  readonly notes: readonly string[];
}

/** Reads the tree of files of a bundle. @throws BundleError where the manifest is missing or is none that this version reads */
export function parseOwnBundle(files: BundleFiles): ParsedBundle {
  const manifest = parseManifest(files);
  const reader = new SampleReader(files);
  const { tool, time, source, host, readings, inside, later } = manifest;
  const bundle: OwnBundle = {
    version: tool.version,
    time,
    source,
    host: host ?? undefined,
    readings,
    sample: reader.sample(manifest, ''),
    ...(inside && { inside: inside.map((one, at) => reader.inside(one, at)) }),
    later: later && { afterMs: later.afterMs, ...reader.sample(later, 'later/') },
  };
  return { bundle, notes: reader.notes() };
}

function parseManifest(files: BundleFiles): Manifest {
  const bytes = files.get(manifestName);
  if (bytes === undefined) {
    throw new BundleError(
      'no-manifest',
      `this is no bundle of nearmetal: it has no ${manifestName}`,
      'Check that it was packed whole.',
    );
  }
  const json = parseJson(decode(bytes));
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (typeof schema === 'string' && schema !== bundleSchema && schema.startsWith('nearmetal.bundle/')) {
    throw new BundleError(
      'newer',
      `the bundle has the form ${schema}, and this version reads ${bundleSchema}`,
      'Use the version of nearmetal that wrote it.',
    );
  }
  const parsed = v.safeParse(manifestForm, json, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new BundleError(
    'bad-manifest',
    `${manifestName} does not say what it must: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`,
  );
}

/** Reads samples and keeps account of the files used. */
class SampleReader {
  readonly #files: BundleFiles;
  readonly #used = new Set<string>([manifestName]);
  readonly #notes: string[] = [];

  constructor(files: BundleFiles) {
    this.#files = files;
  }

  sample(sample: ManifestSample, under: string): BundleSample {
    const { libvirt } = sample;
    return {
      ...this.#looks(sample, under),
      libvirt:
        'unknown' in libvirt
          ? { reason: libvirt.unknown, remedy: libvirt.remedy }
          : this.#libvirt(libvirt.answers, `${under}libvirt/`),
    };
  }

  inside(said: NonNullable<Manifest['inside']>[number], at: number): BundledInside {
    const { guest } = said;
    if ('unknown' in said) return { guest, said: { reason: said.unknown, remedy: said.remedy } };
    const folder = /^[0-9a-f-]{36}$/.test(guest) ? guest : `number-${at + 1}`;
    return { guest, said: { by: said.by, ...this.#looks(said, `guests/${folder}/`) } };
  }

  #looks({ looks, commands }: ManifestLooks, under: string): BundledLooks {
    const reads = new Map<string, Look<string>>();
    const lists = new Map<string, Look<readonly string[]>>();
    const links = new Map<string, Look<string>>();
    const rooms = new Map<string, Look<Room>>();
    for (const each of looks) {
      const { look, path } = each;
      if (look === 'read')
        reads.set(
          path,
          ok(each, ({ at }) => this.#text(at ?? `${under}files${path}`)),
        );
      else if (look === 'list')
        lists.set(
          path,
          ok(each, ({ names }) => names),
        );
      else if (look === 'link')
        links.set(
          path,
          ok(each, ({ target }) => target),
        );
      else
        rooms.set(
          path,
          ok(each, ({ size, free }) => (size === undefined || free === undefined ? undefined : { size, free })),
        );
    }
    return {
      reads,
      lists,
      links,
      rooms,
      commands: commands.map(each => ({
        argv: each.argv,
        output: each.outcome === 'ok' ? found(this.#text(each.at)) : each,
      })),
    };
  }

  /** Notes on what was named and is missing, and on what nobody named. */
  notes(): readonly string[] {
    const unnamed = [...this.#files.keys()].filter(path => !this.#used.has(path));
    const shown = unnamed.slice(0, 20).map(path => `${path}: not a part of the bundle, ignored`);
    return [...this.#notes, ...shown, ...(unnamed.length > 20 ? [`${unnamed.length - 20} more files ignored`] : [])];
  }

  #libvirt(answersAt: string, under: string): BundledLibvirt | NoLibvirt {
    const text = this.#text(answersAt);
    const answers = text === undefined ? undefined : parseJson(text);
    if (answers === undefined) return { reason: `the bundle holds no answers of libvirt in ${answersAt}` };
    const documents = new Map<string, string>();
    for (const [path, bytes] of this.#files) {
      if (!path.startsWith(under) || !path.endsWith('.xml')) continue;
      this.#used.add(path);
      documents.set(path.slice(under.length), decode(bytes));
    }
    return { answers, documents };
  }

  #text(at: string): string | undefined {
    const bytes = this.#files.get(at);
    this.#used.add(at);
    if (bytes === undefined) this.#notes.push(`${at}: named in ${manifestName}, but not there`);
    return bytes === undefined ? undefined : decode(bytes);
  }
}

type ManifestLook = ManifestSample['looks'][number];

/** Gives the look with its value; one that should have a value and has none was not captured. */
const ok = <T>(
  look: ManifestLook,
  value: (look: Extract<ManifestLook, { outcome: 'ok' }>) => T | undefined,
): Look<T> => (look.outcome === 'ok' ? found(value(look)) : bare(look));

const found = <T>(value: T | undefined): Look<T> =>
  value === undefined ? { outcome: 'not-captured', reason: 'the bundle lacks it' } : { outcome: 'ok', value };

function bare(look: Exclude<ManifestLook, { outcome: 'ok' }>): Look<never> {
  return look.outcome === 'absent' ? { outcome: 'absent' } : { outcome: look.outcome, reason: look.reason };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
