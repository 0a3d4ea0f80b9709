import {
  bundleSchema,
  type Manifest,
  type ManifestLooks,
  type ManifestSample,
  manifestName,
} from '#formats/bundle/own/bundle-manifest';
import type {
  BundledInside,
  BundledLibvirt,
  BundledLooks,
  BundleSample,
  Look,
  OwnBundle,
} from '#formats/bundle/own/own-bundle';
import { placeOfCommand, placeOfFile } from '#formats/bundle/own/place-in-bundle';
import { maskFile } from '#formats/secrets/mask-file';
import { maskOutput } from '#formats/secrets/mask-output';
import { maskXml } from '#formats/secrets/mask-xml';

/** Files of a bundle by path, the manifest first. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/**
 * Writes a bundle as a tree of files: nearmetal.json, `files/…` as on the machine, `commands/…`, `libvirt/…`; of a second sample the
 * same under `later/`. Secrets are masked in everything that goes in, whatever was done before.
 */
export function printOwnBundle(bundle: OwnBundle): BundleFiles {
  const files = new Map<string, string>();
  const { later } = bundle;
  const manifest: Manifest = {
    schema: bundleSchema,
    tool: { name: 'nearmetal', version: bundle.version },
    time: bundle.time,
    source: maskOutput(bundle.source),
    host: bundle.host ?? null,
    readings: bundle.readings.map(({ fact, state, reason }) => ({
      fact,
      state,
      ...(reason !== undefined && { reason: maskOutput(reason) }),
    })),
    ...printSample(bundle.sample, '', files),
    ...(bundle.inside && { inside: bundle.inside.map((one, at) => printInside(one, at, files)) }),
    ...(later === undefined ? {} : { later: { afterMs: later.afterMs, ...printSample(later, 'later/', files) } }),
  };
  const encoder = new TextEncoder();
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`;
  const all = new Map<string, string>([[manifestName, text], ...files]);
  return new Map([...all].map(([path, content]): [string, Uint8Array] => [path, encoder.encode(content)]));
}

function printSample(sample: BundleSample, under: string, files: Map<string, string>): ManifestSample {
  const { libvirt } = sample;
  return {
    ...printLooks(sample, under, files),
    libvirt: 'reason' in libvirt ? printNoLibvirt(libvirt) : printLibvirt(libvirt, `${under}libvirt/`, files),
  };
}

/** A guest's UUID is a safe name of a folder; what is none is numbered. */
function printInside(
  { guest, said }: BundledInside,
  at: number,
  files: Map<string, string>,
): NonNullable<Manifest['inside']>[number] {
  if ('reason' in said) return { guest, ...printNoLibvirt(said) };
  const folder = /^[0-9a-f-]{36}$/.test(guest) ? guest : `number-${at + 1}`;
  return { guest, by: maskOutput(said.by), ...printLooks(said, `guests/${folder}/`, files) };
}

function printLooks(sample: BundledLooks, under: string, files: Map<string, string>): ManifestLooks {
  const { reads, lists, links, rooms, commands } = sample;
  return {
    looks: [
      ...[...reads].map(([path, result]) => ({
        look: 'read' as const,
        path,
        ...printRead(path, result, under, files),
      })),
      ...[...lists].map(([path, result]) => ({
        look: 'list' as const,
        path,
        ...printLook(result, names => ({ names: [...names] })),
      })),
      ...[...links].map(([path, result]) => ({
        look: 'link' as const,
        path,
        ...printLook(result, target => ({ target })),
      })),
      ...[...rooms].map(([path, result]) => ({ look: 'room' as const, path, ...printLook(result, room => room) })),
    ],
    commands: commands.map(({ argv, output }) => {
      const at = `${under}${placeOfCommand(argv)}`;
      if (output.outcome === 'ok') files.set(at, maskOutput(output.value));
      return { argv: argv.map(maskOutput), ...printLook(output, () => ({ at })) };
    }),
  };
}

function printRead(
  path: string,
  result: Look<string>,
  under: string,
  files: Map<string, string>,
): PrintedLook<{ at?: string }> {
  return printLook(result, text => {
    const place = `${under}${placeOfFile(path)}`;
    files.set(place, maskFile(path, text));
    return place === `${under}files${path}` ? {} : { at: place };
  });
}

const printNoLibvirt = ({
  reason,
  remedy,
}: {
  reason: string;
  remedy?: string | undefined;
}): { unknown: string; remedy?: string } => ({
  unknown: maskOutput(reason),
  ...(remedy !== undefined && { remedy: maskOutput(remedy) }),
});

function printLibvirt(
  { answers, documents }: BundledLibvirt,
  under: string,
  files: Map<string, string>,
): ManifestSample['libvirt'] {
  files.set(`${under}answers.json`, `${JSON.stringify(answers, maskStrings, 1)}\n`);
  for (const [name, document] of documents) files.set(`${under}${name}`, maskXml(document));
  return { answers: `${under}answers.json` };
}

const maskStrings = (_: string, value: unknown): unknown => (typeof value === 'string' ? maskOutput(value) : value);

type PrintedLook<P> = ({ outcome: 'ok' } & P) | Exclude<Look<never>, { readonly outcome: 'ok' }>;

function printLook<T, P extends object>(result: Look<T>, print: (value: T) => P): PrintedLook<P> {
  if (result.outcome === 'ok') return { outcome: 'ok', ...print(result.value) };
  return 'reason' in result ? { ...result, reason: maskOutput(result.reason) } : result;
}
