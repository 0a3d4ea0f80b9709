import type { Change } from '#change/change';
import type { ChangeOrder } from '#check/change-order';
import type { Outcome } from '#check/outcome';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { acceptAsks } from '#plan/accept-asks';
import { type Ask, inOrder, leftToPerson, subjectWords } from '#plan/ask';
import { type BlockedGuest, blockedGuests, guestOfChange } from '#plan/blocked-guests';
import { epochOf } from '#plan/epoch';
import { examineChange } from '#plan/examine-change';
import { lateEdits } from '#plan/late-edits';
import { liveHalves } from '#plan/live-halves';
import { migrationWords } from '#plan/migration-words';
import { orderChanges, type Placed } from '#plan/order-changes';
import { ownersOf } from '#plan/owners';
import type { ByHand, Plan, PlannedChange } from '#plan/plan';
import { planNotes } from '#plan/plan-notes';
import { Rehearsal } from '#plan/rehearsal';
import { resolveWishes } from '#plan/resolve-wishes';
import type { Sight } from '#plan/sight';
import { changeLines } from '#plan/state-words';
import { tradeOffsOf } from '#plan/trade-offs-of';

/** What a plan is made of. */
export interface PlanRequest {
  /** nearmetal and its version. */
  readonly tool: string;
  readonly machine: Machine;
  readonly policy: 'current' | 'guide';
  /** What the command line says that guests are for. */
  readonly intents: readonly string[];
  /** Rules that were named one by one: what they find is put right also where something that it needs is not known. */
  readonly asked: ReadonlySet<string>;
  /** After conflicts were resolved. Only what is bad takes part: what is good or waived asks for nothing. */
  readonly outcomes: readonly Outcome[];
  readonly order: ChangeOrder;
  readonly sight: Sight;
}

/** Makes the plan that puts findings right: the same for the same machine and findings, in whatever order these come. */
export function makePlan(request: PlanRequest): Plan {
  const { tool, machine, policy, intents, asked, outcomes, order, sight } = request;
  const found = inOrder(outcomes.filter(outcome => outcome.outcome === 'bad'));
  const blocked = blockedGuests(machine);
  const free = found.map(one => withoutUnasked(withoutBlocked(one, blocked), asked));
  const possible = resolveWishes(free, machine).map(ask => examined(ask, sight));
  const isLate = lateEdits(
    possible.flatMap(({ changes: wanted }) => wanted),
    order,
    sight,
  );
  const { drafts, asks } = acceptAsks(possible, change => draftKey(change, isLate(change)));
  const isOff = offGuests(machine);
  const live = liveHalves(asks, sight);
  const all = [...drafts.map(draft => ({ ...draft, change: asSeen(draft.change, sight) })), ...live.drafts];
  const changes = all.map(({ change }) => change);
  const isInForce = (change: Change): boolean => isOff(change.on) || live.isInForce(change);
  const steps = all.map(draft => ({ ...draft, epoch: epochOf(draft.change, changes, sight, isInForce) }));
  const placed = orderChanges(steps, order);
  const rehearsal = new Rehearsal(sight);
  return {
    schema: 'nearmetal.plan/1',
    tool,
    source: machine.source,
    host: { name: valueIfKnown(machine.host.name) ?? machine.source, id: valueIfKnown(machine.host.id) },
    policy,
    intents,
    changes: placed.map((one, at) => planned(one, at, { machine, sight, rehearsal })),
    byHand: asks.flatMap(ask => leftOver(ask)),
    blocked: [...blocked.values()]
      .filter(({ on }) => free.some(({ blockedOn }) => blockedOn.has(on)))
      .map(({ on, why, doThis }) => ({ on, why, ...(doThis === undefined ? {} : { doThis }) })),
    notes: planNotes(changes, machine),
  };
}

/** An ask, and the guests that something of it would have been made to. */
interface FreeAsk extends Ask {
  readonly blockedOn: ReadonlySet<string>;
}

function withoutBlocked(found: Ask['found'], blocked: ReadonlyMap<string, BlockedGuest>): FreeAsk {
  const all = found.finding.fix ?? [];
  const guardOf = (change: Change): BlockedGuest | undefined => blocked.get(guestOfChange(change) ?? '');
  const { subject } = found;
  // a guest that another manager owns is not edited by hand here either
  const own = blocked.get((subject.kind === 'guest' ? subject.name : subject.guest) ?? '');
  const guards = new Set(all.flatMap(change => guardOf(change) ?? []));
  const byHand = [...guards].map(guard => {
    const lines = all.filter(change => guardOf(change) === guard).flatMap(changeLines);
    return `${guard.instead}: ${lines.join('; ')}.`;
  });
  const blockedOn = new Set([...guards, ...(own === undefined ? [] : [own])].map(({ on }) => on));
  const changes = all.filter(change => guardOf(change) === undefined);
  return { found, changes, byHand, isWhole: false, blockedOn };
}

/** What needs something in the guest that nobody knows of is not planned unasked. */
function withoutUnasked(ask: FreeAsk, asked: ReadonlySet<string>): FreeAsk {
  const { rule, subject, finding } = ask.found;
  if (finding.onlyAsked === undefined || ask.changes.length === 0 || asked.has(rule.id)) return ask;
  const guest = subject.kind === 'guest' ? subject.name : subject.guest;
  const by = `nearmetal plan --rule ${rule.id}${guest === undefined ? '' : ` --guest ${guest}`}`;
  return { ...ask, ...leftToPerson(ask, `${finding.onlyAsked} Then: ${by}.`) };
}

function examined(ask: Ask, sight: Sight): Ask {
  const results = ask.changes.map(change => examineChange(change, sight));
  const obstacles = results.flatMap(result => (result.is === 'obstructed' ? [result.why] : []));
  if (ask.isWhole && obstacles.length > 0) return leftToPerson(ask, obstacles.join(' '));
  return {
    ...ask,
    changes: results.flatMap(result => (result.is === 'open' ? [result.change] : [])),
    byHand: [...ask.byHand, ...obstacles],
  };
}

/** What several findings asked for starts from what is there as the machine has it: words in its order, not in that of the findings. */
function asSeen(change: Change, sight: Sight): Change {
  const result = examineChange(change, sight);
  return result.is === 'open' ? result.change : change;
}

/** All edits of one definition are one, but for those that wait for another change: they do not hold up the others. */
const draftKey = ({ kind, on }: Change, isLate: boolean): string => `${kind} ${on}${isLate ? ' late' : ''}`;

function offGuests({ guests }: Machine): (name: string) => boolean {
  const off = new Set(
    (valueIfKnown(guests) ?? [])
      .filter(({ state }) => state.state === 'known' && (state.value === 'shut-off' || state.value === 'crashed'))
      .map(({ name }) => name),
  );
  return name => off.has(name);
}

interface Around {
  readonly machine: Machine;
  readonly sight: Sight;
  readonly rehearsal: Rehearsal;
}

function planned({ change, because, epoch, waitsFor }: Placed, at: number, around: Around): PlannedChange {
  const migration = migrationWords(change);
  return {
    number: at + 1,
    change,
    epoch,
    because: because.map(found => ({
      rule: found.rule.id,
      severity: found.severity,
      subject: subjectWords(found),
      saw: found.finding.saw,
    })),
    waitsFor: waitsFor.map(place => place + 1),
    costs: [...new Set(because.flatMap(({ rule }) => rule.costs))],
    tradeOffs: tradeOffsOf(because),
    ...(migration === undefined ? {} : { migration }),
    owners: ownersOf(change, around.machine.host, around.sight),
    ...around.rehearsal.show(change),
  };
}

/** What a finding leaves to a person. */
function leftOver({ found, changes, byHand }: Ask): readonly ByHand[] {
  const { rule, finding, severity } = found;
  const texts = [...byHand, ...(finding.otherwise === undefined ? [] : [finding.otherwise])];
  if (texts.length === 0 && (changes.length > 0 || (finding.fix ?? []).length > 0)) return [];
  const doThis = texts.length === 0 ? `nearmetal explain ${rule.id}` : texts.join(' ');
  return [{ rule: rule.id, severity, subject: subjectWords(found), saw: finding.saw, doThis }];
}
