import { collectMachine } from '#collect/machine';
import type { Sources } from '#collect/sources';
import { emptyTree } from '#transport/empty-tree';
import { recordingCommands } from '#transport/recording-commands';
import { recordingTree } from '#transport/recording-tree';

/**
 * Reads everything once, now, and gives sources that go on answering as they did: the first of two samples. Files are otherwise read
 * when a fact is asked for, which is after the second sample, and counters would not have moved between the two.
 */
export function firstSample(sources: Sources): Sources {
  const { tree } = recordingTree(sources.files);
  const { commands } = recordingCommands(sources.commands);
  const held: Sources = { files: tree, libvirt: sources.libvirt, commands, inside: sources.inside };
  // facts about rates look at their counters only where there is a second sample
  const later = { files: emptyTree('the second sample is still to come'), libvirt: sources.libvirt, afterMs: 1 };
  collectMachine({ source: 'first sample', extent: 'host', sources: { ...held, later } });
  return held;
}
