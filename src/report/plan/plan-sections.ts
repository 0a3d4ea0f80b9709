import type { Plan, PlannedChange } from '#plan/plan';

/** Changes that are in force at one time, in the order in which they are made. */
export interface PlanSection {
  /** `NOW (no interruption)`. */
  readonly title: string;
  readonly changes: readonly PlannedChange[];
}

/** Gives the changes of a plan by when they are in force; guests that have to be off and on again each by themselves. */
export function planSections({ changes }: Pick<Plan, 'changes'>): readonly PlanSection[] {
  const sections = new Map<string, PlannedChange[]>();
  for (const change of changes) {
    const title = titleOf(change);
    sections.set(title, [...(sections.get(title) ?? []), change]);
  }
  return [...sections].map(([title, own]) => ({ title, changes: own })).sort((a, b) => placeOf(a) - placeOf(b));
}

function titleOf({ change: { kind, on }, epoch }: PlannedChange): string {
  switch (epoch) {
    case 'at-once':
      return kind === 'domain-xml' ? inDefinitions : now;
    case 'daemon-restart':
      return 'AFTER A RESTART OF THE DAEMON';
    case 'guest-power-cycle':
      return `AT POWER CYCLE · ${on} (off and on again; a reboot inside does not do)`;
    case 'host-reboot':
      return 'AFTER A REBOOT OF THE HOST';
  }
}

const now = 'NOW (no interruption)';
const inDefinitions = 'NOW, IN DEFINITIONS (of guests that are off, or that run with it already)';

const epochs: readonly PlannedChange['epoch'][] = ['at-once', 'daemon-restart', 'guest-power-cycle', 'host-reboot'];

const placeOf = ({ changes }: PlanSection): number =>
  epochs.indexOf(changes[0]?.epoch ?? 'at-once') * 1_000_000 + (changes[0]?.number ?? 0);
