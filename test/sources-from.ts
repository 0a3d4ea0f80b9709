import type { Sources } from '#collect/sources';
import { type SketchedFile, type SketchedSources, sourcesOf } from './sources-of.js';

/** What a machine in a test holds; nothing but what is named. */
export interface SketchedMachine extends SketchedSources {
  readonly files?: Readonly<Record<string, SketchedFile>> | undefined;
  /** The files a while later. */
  readonly later?: { readonly files: SketchedMachine['files']; readonly afterMs: number } | undefined;
}

/** Takes a machine in a few words; gives sources over it, with a second sample where `later` is told. */
export function sourcesFrom({ files = {}, later, ...rest }: SketchedMachine): Sources {
  const sources = sourcesOf(files, rest);
  if (later === undefined) return sources;
  const second = sourcesOf(later.files ?? {}, rest);
  return { ...sources, later: { files: second.files, libvirt: second.libvirt, afterMs: later.afterMs } };
}
