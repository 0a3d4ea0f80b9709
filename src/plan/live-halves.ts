import type { Change } from '#change/change';
import { type LiveHost, liveHostOf } from '#change/domain/live-host';
import { type LiveHalf, liveHalf } from '#change/kinds/domain-live';
import { isParts } from '#change/kinds/domain-xml';
import type { Found } from '#check/conflict';
import { valueIfKnown } from '#model/known';
import type { Draft } from '#plan/accept-asks';
import type { Ask } from '#plan/ask';
import { mergeChanges } from '#plan/merge-changes';
import type { Sight } from '#plan/sight';

/** The running halves of edits, and the edits of which nothing is left for the next start. */
export interface LiveHalves {
  readonly drafts: readonly Draft[];
  /** Whether the running guest has all of an edit, or gets it by a change of this plan. */
  readonly isInForce: (edit: Change) => boolean;
}

interface Half {
  readonly found: Found;
  readonly half: LiveHalf;
  /** The edit of the one finding, with that of the definition as a whole still to be put together. */
  readonly edit: Change;
}

/**
 * Takes what findings ask for; gives for guests that run the changes of their running halves: one for each guest, of all that libvirt can
 * change without a restart. What one finding asks for is made live as a whole or not at all.
 */
export function liveHalves(asks: readonly Ask[], sight: Sight): LiveHalves {
  const host = liveHostOf(path => valueIfKnown(sight.file(path)));
  const halves = asks.flatMap(({ found, changes }) =>
    changes.flatMap(edit => {
      const half = halfOf(edit, sight, host);
      return half === undefined ? [] : [{ found, half, edit }];
    }),
  );
  const drafts: Draft[] = [];
  for (const guest of new Set(halves.map(({ edit }) => edit.on))) {
    const live = halves.filter(({ half, edit }) => half.is === 'live' && edit.on === guest);
    const draft = draftOf(live, sight, host);
    if (draft !== undefined) drafts.push(draft);
  }
  const made = new Set(drafts.map(({ change }) => change.on));
  return {
    drafts,
    isInForce: ({ on }) => {
      const own = halves.filter(({ edit }) => edit.on === on);
      return own.length > 0 && own.every(({ half }) => half.is === 'already' || (half.is === 'live' && made.has(on)));
    },
  };
}

function halfOf(edit: Change, sight: Sight, host: LiveHost): LiveHalf | undefined {
  const { kind, on, before, after } = edit;
  if (kind !== 'domain-xml' || !isParts(before) || !isParts(after)) return undefined;
  const running = sight.guest(on, 'running');
  // whether it runs is not known where libvirt did not answer
  return running.state === 'unknown' ? undefined : liveHalf({ on, before, after }, valueIfKnown(running), host);
}

function draftOf(live: readonly Half[], sight: Sight, host: LiveHost): Draft | undefined {
  const edit = live.reduce<Change | undefined>(
    (all, half) => (all === undefined ? half.edit : mergeChanges(all, half.edit)),
    undefined,
  );
  const whole = edit === undefined ? undefined : halfOf(edit, sight, host);
  return whole?.is === 'live' ? { change: whole.change, because: live.map(({ found }) => found) } : undefined;
}
