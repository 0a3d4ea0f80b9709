import { exitCodes } from '#cli/exit-codes';
import { RequestError } from '#cli/request-error';
import { unfinishedWords } from '#cli/unfinished-words';
import type { WritingSession } from '#cli/writing-session';

/** Throws where a run was broken off (a crash, a power cut) and neither finished nor taken back: says so and how to do either. */
export async function refuseUnfinished({ runs }: Pick<WritingSession, 'runs'>): Promise<void> {
  const [story] = runs.unfinished;
  if (story === undefined) return;
  const { says, next } = unfinishedWords(story);
  throw new RequestError(
    `${says}; nothing else is changed before that is settled`,
    exitCodes.notHolding,
    next.map(one => `${one.says}: ${one.command}`).join('; '),
  );
}
