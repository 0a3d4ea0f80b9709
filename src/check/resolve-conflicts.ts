import type { KnobSetting } from '#change/knob-setting';
import { knobSettings } from '#change/knob-settings';
import { type Conflict, disksOf, doMeet, type Found, guestOf, isAsking, isOfHost } from '#check/conflict';
import type { Rule } from '#check/define-rule';
import { precedence } from '#check/host-intent';
import { leaveDisks } from '#check/leave-disks';
import type { Outcome } from '#check/outcome';
import type { TradeOff } from '#check/trade-off';
import type { Intent } from '#wishes/intent';

/**
 * Makes the findings of one machine a set that does not contradict itself: where two practices exclude each other, or one does what
 * the other asks for, one finding stays, names what was given up for it, and the other becomes not applicable with the reason. What is
 * waived or was found good takes no part: nobody is told to do it. Order and number of the outcomes stay.
 */
export function resolveConflicts(outcomes: readonly Outcome[], conflicts: readonly Conflict[]): readonly Outcome[] {
  const found = outcomes.filter(outcome => outcome.outcome === 'bad');
  let gone: ReadonlySet<Found> = new Set();
  let standing = resolveOnce(found, conflicts, gone);
  // who lost to a finding that itself gave way to a third comes back
  for (let round = 0; round < rounds && !isEqual(standing.gone, gone); round++) {
    gone = standing.gone;
    standing = resolveOnce(found, conflicts, gone);
  }
  if (!isEqual(standing.gone, gone)) standing = resolveOnce(found, conflicts, new Set());
  return outcomes.map(outcome => (outcome.outcome === 'bad' ? standing.outcomeOf(outcome) : outcome));
}

/**
 * Takes the rules that are asked for; gives them with all others that stand in a conflict with them, so that the answer is the same as
 * in a report on all rules.
 */
export function withOpponents(
  chosen: readonly Rule[],
  all: readonly Rule[],
  conflicts: readonly Conflict[],
): readonly Rule[] {
  if (chosen.length === all.length) return all;
  const wanted = new Set(chosen.map(({ id }) => id));
  for (let before = 0; before < wanted.size; ) {
    before = wanted.size;
    for (const { between } of conflicts) {
      const ids = between.flatMap(practice => practice.rules);
      if (ids.some(id => wanted.has(id))) for (const id of ids) wanted.add(id);
    }
  }
  return all.filter(({ id }) => wanted.has(id));
}

/** More links than any chain of conflicts has. */
const rounds = 8;

const isEqual = (one: ReadonlySet<Found>, other: ReadonlySet<Found>): boolean =>
  one.size === other.size && [...one].every(found => other.has(found));

function resolveOnce(found: readonly Found[], conflicts: readonly Conflict[], gone: ReadonlySet<Found>): Standing {
  const standing = new Standing(found);
  const byRule = new Map<string, Found[]>();
  for (const one of found) {
    const same = byRule.get(one.rule.id);
    if (same === undefined) byRule.set(one.rule.id, [one]);
    else same.push(one);
  }
  for (const conflict of conflicts) {
    // few of all pairs meet on one host
    if (!conflict.between.every(({ rules }) => rules.some(id => byRule.has(id)))) continue;
    const [ones, others] = conflict.between.map(practice =>
      [...byRule].flatMap(([id, same]) =>
        practice.rules.includes(id) ? same.filter(one => isAsking(one, practice)) : [],
      ),
    );
    const meetings = meetingsOf(ones ?? [], others ?? [], conflict);
    const open = meetings.filter(({ one, other }) => standing.has(one) && standing.has(other));
    if (conflict.kind === 'precedes') for (const { one, other } of open) standing.goAfter(other, one, conflict);
    else settle(conflict, open, { standing, gone });
  }
  return standing;
}

/** Every finding on one side with each on the other that it meets; of a thousand guests only a guest's own are compared. */
function meetingsOf(ones: readonly Found[], others: readonly Found[], conflict: Conflict): readonly Meeting[] {
  if (ones.length === 0 || others.length === 0) return [];
  const byGuest = new Map<string | undefined, Found[]>();
  for (const other of others) {
    const there = byGuest.get(guestOf(other));
    if (there === undefined) byGuest.set(guestOf(other), [other]);
    else there.push(other);
  }
  const near = (one: Found): readonly Found[] =>
    isOfHost(one) ? others : [...(byGuest.get(guestOf(one)) ?? []), ...(byGuest.get(undefined) ?? [])];
  return ones.flatMap(one =>
    near(one).flatMap(other => (one !== other && doMeet(one, other, conflict) ? [{ one, other }] : [])),
  );
}

interface Meeting {
  readonly one: Found;
  readonly other: Found;
}

interface Decision {
  readonly winner: Found;
  readonly loser: Found;
  readonly wins: 0 | 1;
  readonly intent: Intent | undefined;
  readonly among: readonly Intent[];
}

interface Round {
  readonly standing: Standing;
  /** What had given way at the end of the round before. */
  readonly gone: ReadonlySet<Found>;
}

function settle(conflict: Conflict, meetings: readonly Meeting[], { standing, gone }: Round): void {
  const decisions = meetings.map(meeting => decide(conflict, meeting));
  for (const loser of new Set(decisions.map(decision => decision.loser))) {
    const against = decisions.filter(
      decision => decision.loser === loser && standing.has(decision.winner) && !gone.has(decision.winner),
    );
    const [first] = against;
    // a finding about several guests gives way only when none of them is left for it
    const guests = isOfHost(loser) ? loser.finding.guests : undefined;
    const taken = new Set(against.map(({ winner }) => guestOf(winner)));
    const isLeft = guests?.some(name => !taken.has(name)) === true && !against.some(({ winner }) => isOfHost(winner));
    if (first === undefined || isLeft) continue;
    const disks = conflict.on === 'disk' ? disksLeft(loser, against) : [];
    if (disks.length > 0) standing.leave(loser, disks);
    for (const { winner } of against) {
      if (disks.length > 0) standing.prefer(winner, loser, { conflict, decision: first });
      else standing.yieldTo(loser, winner, { conflict, decision: first });
    }
  }
}

/** Disks of the one that none of the others names. */
function disksLeft(loser: Found, against: readonly Decision[]): readonly string[] {
  const named = against.map(({ winner }) => disksOf(winner));
  return (disksOf(loser) ?? []).filter(disk => !named.some(disks => disks === undefined || disks.includes(disk)));
}

function decide({ by = [], asked, otherwise }: Conflict, { one, other }: Meeting): Decision {
  const host = [one, other].find(isOfHost);
  const guest = [one, other].find(found => !isOfHost(found));
  const subject = asked === 'host' ? (host ?? one) : (guest ?? one);
  const decisive = by.find(([intent]) => subject.intents.includes(intent));
  const wins = decisive?.[1] ?? otherwise;
  const [winner, loser] = wins === 0 ? [one, other] : [other, one];
  const among = subject.intents;
  // where nothing is decisive the usual practice holds, for whatever intent there is
  const intent = decisive?.[0] ?? (by.length > 0 ? precedence.find(each => among.includes(each)) : undefined);
  return { winner, loser, wins, intent, among };
}

interface Cause {
  readonly conflict: Conflict;
  readonly decision: Decision;
}

/** The findings that still stand, with what was given up for each. */
class Standing {
  readonly #standing: Set<Found>;
  readonly #reasons = new Map<Found, string>();
  readonly #tradeOffs = new Map<Found, TradeOff[]>();
  readonly #joined = new Map<Found, Found[]>();
  readonly #left = new Map<Found, ReadonlySet<string>>();
  readonly #after = new Map<Found, Map<string, string>>();

  constructor(found: readonly Found[]) {
    this.#standing = new Set(found);
  }

  /** What gave way. */
  get gone(): ReadonlySet<Found> {
    return new Set(this.#reasons.keys());
  }

  has(found: Found): boolean {
    return this.#standing.has(found);
  }

  /** It goes on speaking of these disks alone. */
  leave(found: Found, disks: readonly string[]): void {
    const before = this.#left.get(found);
    this.#left.set(found, new Set(disks.filter(disk => before?.has(disk) !== false)));
  }

  goAfter(found: Found, first: Found, { why }: Conflict): void {
    const there = this.#after.get(found) ?? new Map<string, string>();
    this.#after.set(found, there.set(first.rule.id, why));
  }

  /** Tells on the winner what it was preferred to; gives what decided. */
  prefer(winner: Found, loser: Found, { conflict, decision: { wins, intent, among } }: Cause): string {
    const others = among.filter(one => one !== intent);
    const decidedBy =
      intent === undefined
        ? conflict.why
        : `intent ${intent}${others.length > 0 ? `, before ${others.join(', ')}` : ''}`;
    const [kept, given] = wins === 0 ? conflict.between : [conflict.between[1], conflict.between[0]];
    if (conflict.kind === 'excludes')
      this.#give(winner, {
        pair: conflict.pair,
        instead: given.is,
        rules: [loser.rule.id],
        gained: kept.gains,
        lost: given.gains,
        ...(intent === undefined ? {} : { intent }),
        decidedBy,
      });
    return decidedBy;
  }

  yieldTo(loser: Found, winner: Found, cause: Cause): void {
    const { conflict } = cause;
    this.#standing.delete(loser);
    const decidedBy = this.prefer(winner, loser, cause);
    const { id } = winner.rule;
    if (conflict.kind === 'excludes') {
      this.#reasons.set(loser, `gives way to ${id} (${decidedBy})`);
      return;
    }
    this.#reasons.set(loser, `${id} sees to it`);
    if (conflict.kind === 'joins') this.#joined.set(winner, [...(this.#joined.get(winner) ?? []), loser]);
    // what it had won before is now won by the one that covers it
    for (const tradeOff of this.#tradeOffs.get(loser) ?? []) this.#give(winner, tradeOff);
  }

  #give(winner: Found, tradeOff: TradeOff): void {
    const there = this.#tradeOffs.get(winner) ?? [];
    const same = there.findIndex(one => one.pair === tradeOff.pair && one.instead === tradeOff.instead);
    const before = there[same];
    if (before === undefined) this.#tradeOffs.set(winner, [...there, tradeOff]);
    else there[same] = { ...before, rules: [...new Set([...before.rules, ...tradeOff.rules])] };
  }

  outcomeOf(found: Found): Outcome {
    const { rule, subject, intents } = found;
    const reason = this.#reasons.get(found);
    if (reason !== undefined) return { rule, subject, intents, outcome: 'not-applicable', reason };
    const tradeOffs = [...(found.tradeOffs ?? []), ...(this.#tradeOffs.get(found) ?? [])];
    const joined = this.#joined.get(found) ?? [];
    const after = this.#after.get(found);
    const left = this.#left.get(found);
    if (tradeOffs.length + joined.length === 0 && after === undefined && left === undefined) return found;
    const finding = joinFixes(found, joined);
    return {
      ...found,
      finding: left === undefined ? finding : leaveDisks(finding, left),
      ...(tradeOffs.length > 0 ? { tradeOffs } : {}),
      ...(after === undefined ? {} : { after: [...after].map(([id, why]) => ({ rule: id, why })) }),
    };
  }
}

/** The changes of findings that were joined go into one, those of a knob that it sets itself left out; so does what a person must do. */
function joinFixes({ finding }: Found, joined: readonly Found[]): Found['finding'] {
  if (joined.length === 0) return finding;
  const fix = [...(finding.fix ?? [])];
  const set = new Set(fix.flatMap(knobSettings).map(knobOf));
  for (const { finding: other } of joined) {
    const own = (other.fix ?? []).filter(change => !knobSettings(change).some(setting => set.has(knobOf(setting))));
    fix.push(...own);
    for (const knob of own.flatMap(knobSettings).map(knobOf)) set.add(knob);
  }
  const parts = joined.map(({ rule, finding: { saw } }) => ({ key: rule.id, saw }));
  return {
    ...finding,
    parts: [...(finding.parts ?? []), ...parts],
    ...(fix.length > 0 ? { fix } : {}),
  };
}

const knobOf = ({ knob }: KnobSetting): string => knob;
