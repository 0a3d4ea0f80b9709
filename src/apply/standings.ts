import { isInForce } from '#apply/is-in-force';
import { guestsOf } from '#apply/life-of';
import { observe } from '#apply/observe';
import { observeGuest } from '#apply/observe-guest';
import type { Runs } from '#apply/read-runs';
import type { ChangeStory, RunStory } from '#apply/run-story';
import { sha256 } from '#apply/sha256';
import { stateWords } from '#apply/state-words';
import type { Target } from '#apply/target';
import { Unreadable } from '#apply/unreadable';
import { kindOf } from '#change/kind-of';
import type { KnobSetting } from '#change/knob-setting';
import { knobSettings } from '#change/knob-settings';
import { domainHash } from '#formats/domain-xml/domain-hash';
import { LibvirtError } from '#libvirt/libvirt-error';

/** How a change that is ours stands to the machine as it is now. */
export interface Standing {
  readonly run: string;
  readonly story: ChangeStory;
  /**
   * `holds`: it is as we made it. `waits`: so it is, and is not in force before a restart. `pending`: it is not made yet. `taken-back`: it is
   * as it was before, and not by us. `drifted`: it is neither. `broken-off`: the run never said how it ended. `over`: it was for a run of its guest
   * that has ended, or until a reboot that has come, and nothing of ours keeps it. `not-live`: a tree of files has nothing of it.
   */
  readonly is:
    | 'holds'
    | 'waits'
    | 'pending'
    | 'taken-back'
    | 'drifted'
    | 'broken-off'
    | 'failed'
    | 'over'
    | 'not-live'
    | 'unreadable';
  /** The state now, in words; undefined where it was not looked at. */
  readonly now?: string;
  readonly why?: string;
  /** What its knobs are set to now, as far as that can be told. */
  readonly knobs: readonly KnobSetting[];
}

/** Looks at all that is ours: the changes of applies that no later run has taken back, and that none has made anew. Rejects as libvirt does. */
export async function standings(
  target: Target,
  runs: Runs,
  wanted: (run: RunStory) => boolean = () => true,
): Promise<readonly Standing[]> {
  const found: Standing[] = [];
  const later = new Set<string>();
  for (const run of runs.stories.toReversed()) {
    if (run.begin.doing !== 'apply') continue;
    const ours = [
      ...runs.inPlace(run),
      ...run.changes.filter(({ state, steps }) => state === 'pending' && steps.length === 0),
    ];
    const here: Standing[] = [];
    for (const story of ours.sort((one, other) => one.planned.number - other.planned.number)) {
      const { kind, on } = story.planned.change;
      if (later.has(`${kind} ${on}`)) continue;
      later.add(`${kind} ${on}`);
      if (wanted(run)) here.push(await standingOf(target, run.run, story, ours));
    }
    found.unshift(...here);
  }
  return found;
}

async function standingOf(
  target: Target,
  run: string,
  story: ChangeStory,
  ours: readonly ChangeStory[],
): Promise<Standing> {
  const { change } = story.planned;
  const none = { run, story, knobs: [] };
  const why = story.why === undefined ? {} : { why: story.why };
  if (story.state === 'pending') return { ...none, is: 'pending', ...why };
  try {
    const kind = kindOf(change);
    const seen = await observe(target, [change]);
    const isOver =
      change.lasts === 'guest-run' && guestsOf(change, seen).some(guest => seen.guest(guest, 'running') === undefined);
    if (isOver) return { ...none, is: 'over' };
    if (story.state === 'not-live' && !target.isLive) return { ...none, is: 'not-live' };
    const obstacle = kind.obstacle(change, seen);
    if (obstacle !== undefined) return { ...none, is: 'drifted', why: obstacle };
    const state = kind.state(change, seen);
    const now = stateWords(state);
    const knobs = kind.knobs({ ...change, after: state });
    if (story.state === 'broken-off' || story.state === 'failed')
      return { run, story, is: story.state, now, knobs, ...why };
    if (kind.isSame(state, change.after))
      return { run, story, is: (await isInForce(target, story)) ? 'holds' : 'waits', now, knobs };
    if (isOverWithBoot(target, story, ours)) return { ...none, is: 'over' };
    return { run, story, is: kind.isSame(state, change.before) ? 'taken-back' : 'drifted', now, knobs };
  } catch (error) {
    if (error instanceof Unreadable || error instanceof LibvirtError)
      return { ...none, is: 'unreadable', why: error.message };
    throw error;
  }
}

/** Whether a change ended with the boot that it was made in: none of ours keeps one of its knobs. */
function isOverWithBoot({ identity }: Target, { planned, boot }: ChangeStory, ours: readonly ChangeStory[]): boolean {
  const { change } = planned;
  if (change.lasts !== 'until-reboot' || boot === null || identity.bootId === undefined || boot === identity.bootId)
    return false;
  const own = new Set(knobSettings(change).map(({ knob }) => knob));
  return !ours.some(
    ({ planned: { change: other } }) =>
      other.lasts === 'across-reboots' && knobSettings(other).some(({ knob }) => own.has(knob)),
  );
}

/** Files and definitions that hold something else than we left there: somebody else has written to them since. Rejects as libvirt does. */
export async function movedSince(target: Target, found: readonly Standing[]): Promise<readonly string[]> {
  const moved = new Set<string>();
  // of several changes to one place the last one left what should be there
  const last = new Map<string, string | null>();
  for (const { story } of found)
    for (const { does, on, writes, reads } of story.steps) {
      if (does === 'write-file' && writes !== undefined) last.set(on, writes);
      if (does === 'define-guest' && reads !== undefined) last.set(`guest ${on}`, reads);
    }
  for (const [place, left] of last) {
    const guest = /^guest (.*)$/.exec(place)?.[1];
    if (guest === undefined) {
      const stored = target.files.load(place);
      if ((stored === undefined ? null : sha256(stored.bytes)) !== left) moved.add(place);
    } else if (target.libvirt !== undefined) {
      const xml = await observeGuest(target, guest, 'stored');
      if ((xml === undefined ? null : domainHash(xml, guest)) !== left) moved.add(place);
    }
  }
  return [...moved];
}
