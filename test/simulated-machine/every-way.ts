import assert from 'node:assert/strict';
import { type Change, invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import { SimulatedMachine, type SimulationStart } from './simulated-machine.js';

/**
 * Holds a change against a machine that shows its `before`, in every way that it can go: made as a whole; broken off after each of its
 * steps and finished; broken off and taken back; made and taken back, then broken off after each step of that and finished. Each time the
 * state is the one wanted, and a change taken back leaves all files and knobs byte-equal but for those that `mayDiffer` names.
 */
export function holdsEveryWay(start: SimulationStart, change: Change, mayDiffer: RegExp = /^$/): void {
  const kind = kindOf(change);
  const back = invert(change);
  assert.equal(kind.fault(change), undefined);
  assert.equal(kind.fault(back), undefined);
  const begin = (): SimulatedMachine => new SimulatedMachine(start);
  const shows = (machine: SimulatedMachine, wanted: unknown, told: string): void =>
    assert.ok(
      kind.isSame(machine.state(change), wanted),
      `${told}: ${change.on} is ${JSON.stringify(machine.state(change))}, not ${JSON.stringify(wanted)}`,
    );
  const isAsFound = (machine: SimulatedMachine, told: string): void =>
    assert.deepEqual(
      [...machine.files.changed()].filter(([path]) => !mayDiffer.test(path)),
      [],
      told,
    );

  const made = begin();
  shows(made, change.before, 'at first');
  const { length } = made.steps(change);
  assert.equal(kind.obstacle(change, made.observe(change)), undefined);
  assert.ok(made.make(change), `made, it is ${JSON.stringify(made.state(change))}`);
  shows(made, change.after, 'made');
  const wayBack = made.steps(back).length;
  assert.ok(made.make(back));
  shows(made, change.before, 'taken back');
  isAsFound(made, 'taken back');

  for (let at = 0; at <= length; at++) {
    const finished = begin();
    finished.make(change, at);
    assert.ok(finished.make(change), `broken off after ${at} steps and finished`);
    const undone = begin();
    undone.make(change, at);
    assert.ok(undone.make(back), `broken off after ${at} steps and taken back`);
    isAsFound(undone, `broken off after ${at} steps and taken back`);
  }
  for (let at = 0; at <= wayBack; at++) {
    const machine = begin();
    machine.make(change);
    machine.make(back, at);
    assert.ok(machine.make(back), `taken back by ${at} steps, and then wholly`);
    isAsFound(machine, `taken back by ${at} steps, and then wholly`);
    assert.ok(machine.make(change), 'made again');
  }
}
