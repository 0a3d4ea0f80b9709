import { ordersFor } from '#change/domain/guest-part';
import { changeKinds } from '#change/kind-of';
import type { Step } from '#change/step';
import { valueIfKnown } from '#model/known';
import type { Plan, PlannedChange } from '#plan/plan';
import { planId } from '#plan/plan-id';
import { Rehearsal } from '#plan/rehearsal';
import { type FileChange, fileWork } from '#plan/script/file-work';
import { liveGuards } from '#plan/script/live-guards';
import type { Guard, LeftOut, LiveAction, PlanScript, Work } from '#plan/script/plan-script';
import { stagesOf } from '#plan/script/stages';
import { lookAt, type Sight } from '#plan/sight';
import { changeLines } from '#plan/state-words';
import { secretMark } from '#units/secret';

/** Makes statements for other engines of a plan, by what its kinds do on what was seen when it was made. */
export function makeScript(plan: Plan, sight: Sight): PlanScript {
  const rehearsal = new Rehearsal(sight);
  const left: LeftOut[] = [];
  const leave = (planned: PlannedChange, why: string): void => {
    left.push({ planned, does: changeLines(planned.change), why });
  };
  const stages = stagesOf(plan.changes).map(({ changes, ...stage }) => {
    const made = changes.flatMap(planned => {
      const gone = planned.waitsFor.find(number => left.some(one => one.planned.number === number));
      const one =
        gone === undefined ? make(planned, rehearsal) : `it waits for change ${gone}, which is not here either`;
      if (typeof one !== 'string') return [one];
      leave(planned, one);
      return [];
    });
    const works: Work[] = [];
    for (const together of byFile(made)) {
      const work = workOf(together);
      if (typeof work !== 'string') works.push(work);
      else for (const { planned } of together) leave(planned, work);
    }
    return { ...stage, works };
  });
  const guards = stages.flatMap(({ works }) => works.flatMap(work => work.guards));
  return {
    id: planId(plan),
    tool: plan.tool,
    source: plan.source,
    host: plan.host,
    stages: stages.filter(({ works }) => works.length > 0),
    orders: ordersFor(guards.flatMap(guard => (guard.on === 'guest' ? guard.parts : []))),
    left,
    byHand: plan.byHand.length,
    notes: plan.notes,
  };
}

/** What one change does. */
interface MadeChange {
  readonly planned: PlannedChange;
  readonly files: readonly FileChange[];
  readonly guards: readonly Guard[];
  readonly actions: readonly LiveAction[];
}

/** Rehearses a change; gives why it cannot be exported where that is so. */
function make(planned: PlannedChange, rehearsal: Rehearsal): MadeChange | string {
  const { change } = planned;
  const kind = changeKinds.get(change.kind);
  if (kind === undefined) return `there is no kind of change ${change.kind}`;
  if (JSON.stringify([change.before, change.after]).includes(secretMark))
    return 'what stands there holds a secret, which no export does: nearmetal apply makes it on the host';
  const seen = lookAt(kind, change, rehearsal.sight);
  if ('state' in seen) return `${seen.reason}; nearmetal apply makes it on the host`;
  const obstacle = kind.obstacle(change, seen);
  if (obstacle !== undefined) return obstacle;
  const steps = kind.steps(change, seen);
  if (steps.some(step => step.do === 'build-file' || step.do === 'place-file'))
    return 'only nearmetal makes changes of disk images, one at a time, on the host';
  const guards = liveGuards(change, steps, rehearsal.sight);
  const files = steps.flatMap((step): readonly FileChange[] => {
    if (step.do !== 'write-file') return [];
    const { path, text, mode } = step;
    const before = valueIfKnown(rehearsal.sight.file(path));
    rehearsal.make(step);
    return [{ path, before, after: text, mode }];
  });
  return { planned, files, guards, actions: steps.flatMap(step => actionOf(step, guards)) };
}

function actionOf(step: Step, guards: readonly Guard[]): readonly LiveAction[] {
  if (step.do === 'write-file' || step.do === 'build-file' || step.do === 'place-file') return [];
  if (step.do !== 'define-guest') return [step];
  const parts = guards.flatMap(guard => (guard.on === 'guest' ? guard.parts : []));
  return [{ do: 'define-guest', guest: step.guest, parts }];
}

/** Changes that write to the same files, together, each lot in the place of its first. */
function byFile(made: readonly MadeChange[]): readonly (readonly MadeChange[])[] {
  const lots: MadeChange[][] = [];
  for (const one of made) {
    const paths = new Set(one.files.map(({ path }) => path));
    const same = lots.filter(lot => lot.some(({ files }) => files.some(({ path }) => paths.has(path))));
    const [first, ...others] = same;
    if (first === undefined) {
      lots.push([one]);
      continue;
    }
    for (const other of others) first.push(...lots.splice(lots.indexOf(other), 1).flat());
    first.push(one);
    first.sort((a, b) => a.planned.number - b.planned.number);
  }
  return lots;
}

function workOf(lot: readonly MadeChange[]): Work | string {
  const files = new Map<string, FileChange>();
  for (const change of lot.flatMap(one => one.files)) {
    const before = files.get(change.path);
    files.set(change.path, before === undefined ? change : { ...change, before: before.before, mode: before.mode });
  }
  const works = [...files.values()].filter(({ before, after }) => before !== after).map(fileWork);
  const why = works.find(work => typeof work === 'string');
  if (why !== undefined) return why;
  return {
    number: lot[0]?.planned.number ?? 0,
    changes: lot.map(({ planned }) => ({ planned, does: changeLines(planned.change) })),
    files: works.filter(work => typeof work !== 'string'),
    guards: lot.flatMap(({ guards }) => guards),
    actions: onceEach(lot.flatMap(({ actions }) => actions)),
  };
}

/** A program that is started with the same words for several changes is started once, at the end. */
const onceEach = (actions: readonly LiveAction[]): readonly LiveAction[] =>
  actions.filter(
    (action, at) =>
      action.do !== 'run' ||
      !actions
        .slice(at + 1)
        .some(({ do: does, ...rest }) => does === 'run' && JSON.stringify(rest) === wordsOf(action)),
  );

const wordsOf = ({ argv }: Extract<LiveAction, { readonly do: 'run' }>): string => JSON.stringify({ argv });
