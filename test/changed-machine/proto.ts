import { ChangedMachine } from './changed-machine.js';
import { badExamples, capturedStarts, exampleStart } from './starts.js';
import { tryPlan } from './try-plan.js';

const pattern = process.argv[2] ?? '';
let pairs = 0;
const all: { what: string; rule: string; following: string; machine: string; text: string }[] = [];
const covered = new Set<string>();
const t0 = performance.now();
const only = process.argv[3];
for (const { rule, example } of badExamples()) {
  if (only === 'bundle' || !rule.id.includes(pattern)) continue;
  const start = exampleStart(rule, example);
  try {
    const trial = tryPlan(start, rule.id);
    if (trial.plan.changes.length > 0) {
      pairs++;
      covered.add(rule.id);
    } else
      console.log(
        `nothing planned: ${start.name}: ${trial.plan.byHand
          .map(one => one.doThis)
          .join(' ')
          .slice(0, 200)}`,
      );
    all.push(...trial.faults);
  } catch (error) {
    console.log('CRASH', start.name, error);
  }
}
if (only !== 'examples')
  for (const start of await capturedStarts()) {
    const before = new ChangedMachine(start).judge();
    const ids = [...new Set(before.outcomes.filter(one => one.outcome === 'bad').map(one => one.rule.id))];
    for (const id of [...ids, undefined]) {
      if (!(id ?? 'whole').includes(pattern)) continue;
      const trial = tryPlan(start, id, before);
      if (trial.plan.changes.length > 0) pairs++;
      if (trial.plan.changes.length > 0 && id !== undefined) covered.add(id);
      all.push(...trial.faults);
    }
  }
for (const f of all)
  console.log(`${f.what.toUpperCase()} | following ${f.following || 'ALL'} | ${f.rule} | ${f.machine} | ${f.text}`);
console.log({ pairs, covered: covered.size, faults: all.length, ms: Math.round(performance.now() - t0) });
