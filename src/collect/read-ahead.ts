import { hostReadings } from '#collect/host-readings';
import { listReadings } from '#collect/reading';
import { type Known, unknown } from '#model/known';
import { noCommands } from '#transport/commands';
import type { FileTree } from '#transport/file-tree';

/**
 * Takes the files of a machine; gives the facts of the host that are read from files alone, one more at each step, so that who
 * waits for libvirt's answers can do something useful. Whether the facts are those of the machine that libvirt answers for is
 * for the caller to tell.
 */
export function* readAhead(files: FileTree): Generator<ReadonlyMap<object, Known<unknown>>, undefined> {
  const sources = { files, libvirt: unknown('libvirt was not asked yet'), commands: noCommands };
  const facts = new Map<object, Known<unknown>>();
  for (const { reading } of listReadings(hostReadings())) {
    if (!reading.ways.every(way => 'file' in way)) continue;
    facts.set(reading, reading.read(sources));
    yield facts;
  }
}
