import { splitAnswers } from '#collect/bundle/libvirt-documents';
import type { Sources } from '#collect/sources';
import type { BundleSample, OwnBundle, ReadingState } from '#formats/bundle/own/own-bundle';
import { type RecordedCommand, recordingCommands } from '#transport/recording-commands';
import { type RecordedLooks, recordingTree } from '#transport/recording-tree';

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
  return {
    sources: {
      files: now.files,
      libvirt: sources.libvirt,
      commands: now.commands,
      ...(later !== undefined && then !== undefined && { later: { ...later, files: then.files } }),
    },
    bundle: ({ version, time, source, host, readings }) => ({
      version,
      time: time.toISOString(),
      source,
      host,
      readings,
      sample: now.sample(),
      later: later && then && { ...then.sample(), afterMs: later.afterMs },
    }),
  };
}

type OneSample = Pick<Sources, 'files' | 'libvirt' | 'commands'>;

function recordOne({
  files,
  libvirt,
  commands,
}: OneSample): Pick<OneSample, 'files' | 'commands'> & { readonly sample: () => BundleSample } {
  const tree = recordingTree(files);
  const recorded = recordingCommands(commands);
  return {
    files: tree.tree,
    commands: recorded.commands,
    sample: () => sampleOf(tree.looks, recorded.outputs(), libvirt),
  };
}

const sampleOf = (
  { reads, lists, links, rooms }: RecordedLooks,
  commands: readonly RecordedCommand[],
  libvirt: Sources['libvirt'],
): BundleSample => ({
  reads,
  lists,
  links,
  rooms,
  commands,
  libvirt: 'state' in libvirt ? { reason: libvirt.reason, remedy: libvirt.remedy } : splitAnswers(libvirt),
});
