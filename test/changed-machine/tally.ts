import type { Start } from './changed-machine.js';
import type { Trial } from './try-plan.js';

/** Counts trials: of which rules, on which machines, with what result. */
export class Tally {
  readonly rules = new Set<string>();
  readonly #machines = new Set<string>();
  readonly #named: string[] = [];
  readonly #faults: string[] = [];
  #pairs = 0;
  #changes = 0;
  #respelled = 0;

  /** Takes what came of the findings of one rule, or of all, on a machine. */
  add({ name }: Start, rule: string | undefined, trial: Trial): void {
    this.#faults.push(
      ...trial.faults.map(
        ({ what, rule: of, text }) => `${rule ?? 'all findings'} on “${name}”: ${of} ${what}: ${text}`,
      ),
    );
    this.#named.push(...trial.named.map(text => `${rule ?? 'all findings'} on “${name}”: then ${text}`));
    if (trial.changes === 0) return;
    this.#machines.add(name);
    if (rule !== undefined) this.rules.add(rule);
    this.#pairs++;
    this.#changes += trial.changes;
    this.#respelled += trial.respelled;
  }

  get faults(): readonly string[] {
    return this.#faults;
  }

  /** The counts, and the findings that are new and named. */
  get lines(): readonly string[] {
    return [
      `${this.rules.size} rules, ${this.#machines.size} machines, ${this.#pairs} pairs of the two, ${this.#changes} changes made and taken back; ${this.#respelled} definitions came back in another spelling`,
      ...this.#named,
    ];
  }
}
