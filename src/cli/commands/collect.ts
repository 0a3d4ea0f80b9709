import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { openPlace } from '#cli/open-place';
import { cannotWrite, refuseUnwritable, writeOut } from '#cli/output';
import { readForPlans } from '#cli/read-for-plans';
import { outputError, usageError } from '#cli/request-error';
import { version } from '#cli/version.gen';
import { recordSources } from '#collect/bundle/bundle-of-sources';
import { readingStates } from '#collect/bundle/reading-states';
import { guests } from '#collect/guests';
import { hostReadings } from '#collect/host-readings';
import { insideReadings } from '#collect/inside/inside-readings';
import { collectMachine } from '#collect/machine';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import { listReadings } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { packArchive } from '#formats/bundle/own/pack-archive';
import { printOwnBundle } from '#formats/bundle/own/print-own-bundle';
import { valueIfKnown } from '#model/known';
import { noCommands } from '#transport/commands';

/** `nearmetal collect -o FILE`: reads a place as check would, and keeps what was read in a bundle that check reads elsewhere. Only FILE is written, and never over another file. */
export async function collect(words: readonly string[], options: CommonOptions): Promise<number> {
  const { output } = options;
  if (output === undefined) throw usageError('collect needs a file to write', 'nearmetal collect -o host.tar.gz');
  const isFile = output !== '-';
  if (isFile) refuseTaken(output);
  else if (process.stdout.isTTY) throw usageError('a bundle is not for a terminal', 'nearmetal collect -o host.tar.gz');
  // a bundle is for those who cannot ask the machine themselves: what only commands tell goes in too
  const { place } = await openPlace(words, { ...options, run: true });
  if (place.extent === 'documents')
    throw usageError('XML files are no host to collect from', 'nearmetal check reads them as they are');
  const recording = recordSources(place.sources);
  const recorded = { ...place, sources: recording.sources };
  const machine = collectMachine(recorded);
  await readForPlans(recorded, machine);
  // a bundle from inside a guest tells of it, beside the host that it may be: check takes it with --guest-facts
  if (machine.host.guestOf.state === 'known') readInside(recording.sources);
  const time = new Date();
  const bundle = recording.bundle({
    version,
    time,
    source: place.source,
    host: valueIfKnown(machine.host.id),
    readings: readingStates(machine, { host: hostReadings(), guests, networks, pools }),
  });
  const files = printOwnBundle(bundle);
  const name = (valueIfKnown(machine.host.name) ?? 'host').replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 60);
  const archive = await packArchive(files, `nearmetal-${name}`, time);
  if (isFile) writeNew(output, archive);
  else await writeOut(archive);
  if (options.quiet !== true) {
    const unknowns = bundle.readings.filter(({ state }) => state === 'unknown').length;
    process.stderr.write(
      `${isFile ? output : 'standard output'}: ${files.size} files, ${Math.ceil(archive.length / 1024)} KiB; ${unknowns} facts could not be read${unknowns > 0 ? ' (nearmetal facts names them)' : ''}\n`,
    );
  }
  return exitCodes.ok;
}

function readInside(sources: Sources): void {
  const own = { ...sources, commands: noCommands };
  for (const { reading } of listReadings(insideReadings)) reading.read(own);
}

/** A bundle is never written over another file: that is told before the work is done. */
function refuseTaken(path: string): void {
  refuseUnwritable(path);
  if (existsSync(path)) throw outputError(`${path} is there already`, 'give another name, or remove it first');
}

function writeNew(path: string, content: Uint8Array): void {
  try {
    // what was read is nobody else's business: it tells how a host is set up
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    // half a bundle is none
    if (!isTaken) rmSync(path, { force: true });
    throw cannotWrite(path, error);
  }
}
