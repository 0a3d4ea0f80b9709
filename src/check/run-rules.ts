import type { Rule, Setting } from '#check/define-rule';
import { decideForHost, type GuestIntent } from '#check/host-decision';
import { hostIntent } from '#check/host-intent';
import { judgeRule } from '#check/judge-rule';
import type { Outcome } from '#check/outcome';
import { type SubjectView, subjectsOf } from '#check/subjects';
import type { Guest } from '#model/guest';
import type { Machine } from '#model/machine';
import type { Intent } from '#wishes/intent';
import { guestIntents, hostIntentsOf, type Wishes } from '#wishes/wishes';

/**
 * Judges each rule on each of its subjects in a machine. Order of the outcomes: by rule as given, then by subject. One crash spoils
 * one outcome, never the run.
 */
export function runRules(machine: Machine, rules: readonly Rule[], wishes: Wishes, now: Date): readonly Outcome[] {
  const subjects = subjectsOf(machine);
  const settings = new Settings(machine, wishes, now);
  const outcomes: Outcome[] = [];
  const saidOf = new Map<readonly SubjectView[], readonly Said[]>();
  for (const rule of rules) {
    if (rule.judgedBy === 'gate') continue;
    const judge = judgeRule(rule, machine);
    const settingFor = settings.of(rule);
    const list = subjects(rule.subject);
    let said = saidOf.get(list);
    if (said === undefined) {
      said = list.map(({ guest }) => settings.saidOf(guest));
      saidOf.set(list, said);
    }
    if (rule.subject === 'host') judgeHost({ judge, settingFor, settings }, list, outcomes);
    else judgeAll(judge, settingFor, { list, said }, outcomes);
  }
  return outcomes;
}

type Judge = ReturnType<typeof judgeRule>;
type SettingFor = ReturnType<Settings['of']>;

function judgeAll(
  judge: Judge,
  settingFor: SettingFor,
  { list, said }: { readonly list: readonly SubjectView[]; readonly said: readonly Said[] },
  into: Outcome[],
): void {
  let last: Said | undefined;
  let setting: Setting | undefined;
  for (let at = 0; at < list.length; at++) {
    const one = list[at];
    const ofOne = said[at];
    if (one === undefined || ofOne === undefined) continue;
    // most guests are for the same
    if (setting === undefined || ofOne !== last) setting = settingFor(ofOne);
    last = ofOne;
    into.push(judge(one, setting));
  }
}

function judgeHost(
  {
    judge,
    settingFor,
    settings,
  }: { readonly judge: Judge; readonly settingFor: SettingFor; readonly settings: Settings },
  list: readonly SubjectView[],
  into: Outcome[],
): void {
  for (const one of list) {
    const setting = settingFor(settings.saidOf(one.guest));
    const outcome = judge(one, setting);
    into.push(withDecision(outcome, settings, as => judge(one, { ...setting, ...as })));
  }
}

/** What a guest or the host is for, and whether anybody said so. One object for all guests of which the same is said. */
interface Said {
  readonly intents: readonly Intent[];
  readonly isIntentSaid: boolean;
}

/** Settings of the checks of one run; what is the same for many of them is made once. */
class Settings {
  readonly #machine: Machine;
  readonly #wishes: Wishes;
  readonly #now: Date;
  readonly #guests = new Map<Guest, Said>();
  readonly #alike = new Map<string, Said>();
  #host: Said | undefined;
  #decisive: readonly GuestIntent[] | undefined;

  constructor(machine: Machine, wishes: Wishes, now: Date) {
    this.#machine = machine;
    this.#wishes = wishes;
    this.#now = now;
  }

  /** Takes a rule; gives what gives its setting for what a guest, or the host, is for. */
  of(rule: Rule): (said: Said) => Setting {
    const params = this.#paramsOf(rule);
    const { policy } = this.#wishes;
    return ({ intents, isIntentSaid }) => ({
      intents,
      intentsOf: this.#intentsOf,
      isIntentSaid,
      policy,
      params,
      now: this.#now,
    });
  }

  /** What a guest is for, or the host. */
  saidOf(guest: Guest | undefined): Said {
    if (guest === undefined) {
      this.#host ??= { intents: this.#intentsOfHost(), isIntentSaid: true };
      return this.#host;
    }
    const there = this.#guests.get(guest);
    if (there !== undefined) return there;
    const { intents, from } = guestIntents(this.#wishes, guest);
    const key = `${from === 'nobody' ? 'nobody said' : 'said'} ${intents.join(' ')}`;
    const said = this.#alike.get(key) ?? { intents, isIntentSaid: from !== 'nobody' };
    this.#alike.set(key, said);
    this.#guests.set(guest, said);
    return said;
  }

  readonly #intentsOf = (guest: Guest): readonly Intent[] => this.saidOf(guest).intents;

  /** Each guest with the first of its intents in precedence. */
  get intentsOfGuests(): readonly GuestIntent[] {
    this.#decisive ??= (this.#machine.guests.state === 'known' ? this.#machine.guests.value : []).map(guest => ({
      guest: guest.name,
      intent: hostIntent(this.#intentsOf(guest)),
    }));
    return this.#decisive;
  }

  /** What guests are for if only those of one intent mattered: the others are general. */
  asIfOnly(intent: Intent): Setting['intentsOf'] {
    return guest => [hostIntent(this.#intentsOf(guest)) === intent ? intent : 'general'];
  }

  #intentsOfHost(): readonly Intent[] {
    return hostIntentsOf(this.#wishes, this.#machine.guests.state === 'known' ? this.#machine.guests.value : []);
  }

  /** A rule's own numbers, then those of the guide's letter where it is asked for, then what the user says. */
  #paramsOf(rule: Rule): Readonly<Record<string, number>> {
    const params: Record<string, number> = {};
    for (const [name, parameter] of Object.entries(rule.params)) params[name] = parameter.default;
    if (this.#wishes.policy === 'guide')
      for (const departure of rule.departs ?? []) Object.assign(params, departure.guideParams);
    Object.assign(params, this.#wishes.params.get(rule.id));
    return params;
  }
}

/** Of a host whose guests are for different things: judges it also by the intent of each, to tell whom the setting does not suit. */
function withDecision(
  outcome: Outcome,
  settings: Settings,
  judge: (as: Pick<Setting, 'intents' | 'intentsOf'>) => Outcome,
): Outcome {
  if (Object.keys(outcome.rule.intents).length === 0) return outcome;
  const guests = settings.intentsOfGuests;
  if (new Set(guests.map(({ intent }) => intent)).size < 2) return outcome;
  const decided = decideForHost(outcome, guests, intent =>
    judge({ intents: [intent], intentsOf: settings.asIfOnly(intent) }),
  );
  if (decided === undefined) return outcome;
  // the evidence of what is good is fetched when it is read, which a copy does not do
  return outcome.outcome === 'good' ? { ...outcome, evidence: outcome.evidence, decided } : { ...outcome, decided };
}
