import { type KeptImage, keptImages, removeKept } from '#apply/kept-images';
import { type Prunable, prunable, pruneLedger } from '#apply/prune-ledger';
import { ask } from '#cli/ask';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { usageError } from '#cli/request-error';
import { version } from '#cli/version.gen';
import { type WritingSession, withSession } from '#cli/writing-session';
import { printable } from '#report/printable';
import { bytes, printBytes } from '#units/bytes';

/** What `history prune` understands. */
export interface PruneOptions extends CommonOptions {
  readonly keep: number;
  /** Days. */
  readonly olderThan?: number;
  /** Also the old images that the runs kept. */
  readonly images?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** An old image, and what became of it. */
type Dealt = KeptImage & { readonly isRemoved: boolean; readonly why?: string };

/**
 * `nearmetal history prune`: takes away runs of which nothing is in place, but for the last ones, and copies that nobody needs. Old images that a run
 * kept go only where that is said, and where the run goes, too.
 */
export async function prune(options: PruneOptions): Promise<number> {
  const { keep, olderThan, images: withImages, yes, dryRun } = options;
  if (yes !== true && dryRun !== true && process.stdin.isTTY !== true)
    throw usageError(
      'nobody can be asked here, and nothing was changed',
      'say --yes to do it without being asked, --dry-run to see it only',
    );
  const output = openOutput(options.output, options.color);
  const kind = dryRun === true ? 'look' : 'write';
  return withSession(options, { kind, command: 'history prune' }, async session => {
    const before = olderThan === undefined ? undefined : new Date(Date.now() - olderThan * 86_400_000);
    const wanted = prunable(session.runs, { keep, before });
    const images = keptImages(session.target, session.runs, wanted.inPlace);
    const words = askingWords(wanted, withImages === true ? images : []);
    const leaving = images.map((image): Dealt => ({ ...image, isRemoved: false }));
    if (dryRun === true || (yes !== true && !(await ask(`Take ${words} away?`)))) {
      const text = `${words} would go\n${imageLines(leaving, withImages === true)}`;
      await output.write(told(session, options, { going: wanted, images: leaving, copies: undefined }, text));
      return exitCodes.ok;
    }
    // first: an image whose run is gone would be nobody's
    const dealt = withImages === true ? await Promise.all(images.map(image => deal(session, image))) : leaving;
    // and a run whose image stays is still the way to take it back
    const staying = new Set(dealt.flatMap(({ run, why }) => (why === undefined ? [] : [run])));
    const going = prunable(session.runs, { keep, before, staying });
    const copies = pruneLedger(session.ledger, going);
    const text = `${runWords(going)} and ${copies} copies went\n${imageLines(dealt, withImages === true)}`;
    await output.write(told(session, options, { going, images: dealt, copies }, text));
    return exitCodes.ok;
  });
}

async function deal({ target }: WritingSession, image: KeptImage): Promise<Dealt> {
  const why = await removeKept(target, image);
  return why === undefined ? { ...image, isRemoved: true } : { ...image, isRemoved: false, why };
}

const runWords = ({ runs }: Prunable): string => `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;

function askingWords(going: Prunable, images: readonly KeptImage[]): string {
  const lost =
    going.inPlace.length === 0
      ? ''
      : `; of ${going.inPlace.length} something is in place, which could not be taken back any more`;
  const room = images.reduce((sum, image) => sum + image.bytes, 0);
  const old = images.length === 0 ? '' : `; with them ${images.length} old images, ${printBytes(bytes(room))}`;
  return `${runWords(going)}${lost}${old}`;
}

function imageLines(images: readonly Dealt[], isRemoving: boolean): string {
  const lines = images.map(({ path, of, bytes: room, isRemoved, why }) => {
    const what = `${printable(path)}, the old image of ${printable(of)}, ${printBytes(bytes(room))}`;
    if (isRemoved) return `  ${what}: removed`;
    return why === undefined ? `  ${what}` : `  ${what}: stays: ${printable(why)}`;
  });
  if (lines.length === 0) return '';
  const head = isRemoving
    ? 'Old images:'
    : 'Old images stay, and then no run knows of them (--images removes them, too; or rm):';
  return `${[head, ...lines].join('\n')}\n`;
}

interface Pruned {
  readonly going: Prunable;
  readonly images: readonly Dealt[];
  readonly copies: number | undefined;
}

const told = (
  { ledger }: WritingSession,
  { format }: PruneOptions,
  { going, images, copies }: Pruned,
  text: string,
): string =>
  format === 'json'
    ? jsonText({
        schema: 'nearmetal.prune/1',
        tool: { name: 'nearmetal', version },
        runs: going.runs.map(({ run }) => run),
        copies,
        images,
        ledger: ledger.folder,
      })
    : text;
