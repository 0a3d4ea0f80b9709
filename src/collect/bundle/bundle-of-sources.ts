import { splitAnswers } from '#collect/bundle/libvirt-documents';
import type { InsideGuests, InsideSource } from '#collect/inside/inside-guests';
import type { Sources } from '#collect/sources';
import type {
  BundledInside,
  BundledLooks,
  BundleSample,
  OwnBundle,
  ReadingState,
} from '#formats/bundle/own/own-bundle';
import type { Unknown } from '#model/known';
import { recordingCommands } from '#transport/recording-commands';
import { recordingTree } from '#transport/recording-tree';

/** What a bundle says of itself. */
export interface BundleInfo {
  /** Version of nearmetal. */
  readonly version: string;
  readonly time: Date;
  /** What was looked at, for people. */
  readonly source: string;
  /** Stable id of the host, where known. */
  readonly host: string | undefined;
  /** What became of each reading. */
  readonly readings: readonly ReadingState[];
}

/** Sources that remember all that is asked of them. */
export interface RecordingSources {
  readonly sources: Sources;
  /** Gives the bundle of what was asked until now; reading the same from it gives the same. */
  readonly bundle: (info: BundleInfo) => OwnBundle;
}

/** Takes sources; gives sources that answer the same, and the bundle of what was asked of them. */
export function recordSources(sources: Sources): RecordingSources {
  const { later } = sources;
  const now = recordOne(sources);
  const then = later && recordOne({ ...later, commands: sources.commands });
  const inside = sources.inside && recordInside(sources.inside);
  return {
    sources: {
      files: now.files,
      libvirt: sources.libvirt,
      commands: now.commands,
      ...(inside && { inside: inside.guests }),
      ...(later !== undefined && then !== undefined && { later: { ...later, files: then.files } }),
    },
    bundle: ({ version, time, source, host, readings }) => ({
      version,
      time: time.toISOString(),
      source,
      host,
      readings,
      sample: { ...now.looks(), libvirt: bundled(sources.libvirt) },
      inside: inside?.said(),
      later: later && then && { ...then.looks(), libvirt: bundled(later.libvirt), afterMs: later.afterMs },
    }),
  };
}

type OneSample = Pick<Sources, 'files' | 'commands'>;

function recordOne({ files, commands }: OneSample): OneSample & { readonly looks: () => BundledLooks } {
  const tree = recordingTree(files);
  const recorded = recordingCommands(commands);
  const { reads, lists, links, rooms } = tree.looks;
  return {
    files: tree.tree,
    commands: recorded.commands,
    looks: () => ({ reads, lists, links, rooms, commands: recorded.outputs() }),
  };
}

/** What guests say is kept like what the host says: what readings looked at of it. */
function recordInside({ guests }: InsideGuests): {
  readonly guests: InsideGuests;
  readonly said: () => readonly BundledInside[];
} {
  const recorded = new Map<string, InsideSource | Unknown>();
  const said: (() => BundledInside)[] = [];
  for (const [guest, source] of guests) {
    if ('state' in source) {
      recorded.set(guest, source);
      said.push(() => ({ guest, said: { reason: source.reason, remedy: source.remedy } }));
      continue;
    }
    const { by } = source;
    const { files, commands, looks } = recordOne(source);
    recorded.set(guest, { by, files, commands });
    said.push(() => ({ guest, said: { by, ...looks() } }));
  }
  return { guests: { guests: recorded }, said: () => said.map(tell => tell()) };
}

const bundled = (libvirt: Sources['libvirt']): BundleSample['libvirt'] =>
  'state' in libvirt ? { reason: libvirt.reason, remedy: libvirt.remedy } : splitAnswers(libvirt);
