import * as v from 'valibot';
import { changeKinds } from '#change/kind-of';
import { knobSettings } from '#change/knob-settings';
import type { Plan, PlannedChange } from '#plan/plan';
import { planDocument } from '#plan/plan-schema';

/** Why a text is no plan that can be used. `place` says where in it: `changes[3].change.after`, `line 4, column 7`. */
export class PlanFault extends Error {
  override readonly name = 'PlanFault';
  readonly place: string;

  constructor(place: string, message: string) {
    super(message);
    this.place = place;
  }
}

/** Longest plan that is read, in characters. */
const longest = 256 * 2 ** 20;

/**
 * Reads a plan that may come from anywhere: its shape, that every change is of a kind that there is and sound, that none waits for a later
 * one, that no knob is set to two values. Whether it is for this host, and whether it still fits, is another matter.
 *
 * @throws PlanFault
 */
export function readPlan(text: string): Plan {
  if (text.length > longest) throw new PlanFault('the file', `it is longer than ${longest} characters`);
  const parsed = v.safeParse(planDocument, parseJson(text));
  if (!parsed.success) throw faultOf(parsed.issues[0]);
  const { host, ...rest } = parsed.output;
  const plan: Plan = {
    ...rest,
    host: { name: host.name, id: host.id },
    changes: parsed.output.changes.map(soundChange),
  };
  refuseContradictions(plan.changes);
  return plan;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = Number(/position (\d{1,9})/.exec(message)?.[1] ?? (text.trim() === '' ? 0 : text.length));
    const before = text.slice(0, at).split('\n');
    throw new PlanFault(
      `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`,
      text.trim() === '' ? 'it is empty' : 'it is no JSON',
    );
  }
}

type Issue = v.InferIssue<typeof planDocument>;

function faultOf(issue: Issue): PlanFault {
  const keys: readonly unknown[] = issue.path?.map(({ key }) => key) ?? [];
  const place = keys
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`))
    .join('');
  if (place === 'schema' || place === '') return new PlanFault(place || 'the file', 'it is no nearmetal.plan/1');
  return new PlanFault(place, issue.message.replace(/^Invalid/, 'invalid'));
}

type Parsed = v.InferOutput<typeof planDocument>['changes'][number];

function soundChange({ change, ...rest }: Parsed, at: number): PlannedChange {
  const place = `changes[${at}]`;
  if (rest.number !== at + 1)
    throw new PlanFault(`${place}.number`, `it is ${rest.number}, and change ${at + 1} stands there`);
  const later = rest.waitsFor.find(number => number >= rest.number);
  if (later !== undefined)
    throw new PlanFault(`${place}.waitsFor`, `it waits for ${later}, which does not come before it`);
  const kind = changeKinds.get(change.kind);
  if (kind === undefined)
    throw new PlanFault(`${place}.change.kind`, `there is no kind of change called ${JSON.stringify(change.kind)}`);
  const { requires, before, after, ...states } = change;
  const sound = { ...states, before, after, ...(requires === undefined ? {} : { requires }) };
  const fault = kind.fault(sound);
  if (fault !== undefined) throw new PlanFault(`${place}.change`, fault);
  return { ...rest, change: sound };
}

function refuseContradictions(changes: readonly PlannedChange[]): void {
  const knobs = new Map<string, { readonly to: string | undefined; readonly number: number }>();
  for (const { number, change } of changes)
    for (const { knob, to } of knobSettings(change)) {
      const there = knobs.get(knob);
      if (there !== undefined && there.to !== to)
        throw new PlanFault(
          `changes[${number - 1}].change`,
          `it sets ${knob} to another value than change ${there.number}`,
        );
      knobs.set(knob, { to, number });
    }
}
