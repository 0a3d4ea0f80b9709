import type { PlanScript, Work } from '#plan/script/plan-script';
import { printable } from '#report/printable';

/** Gives lines about the changes of a work: what each does, why, what it costs, who else sets it. */
export const workWords = ({ changes }: Work): readonly string[] =>
  changes.flatMap(({ planned: { number, because, costs, owners, migration }, does }) => [
    ...does.map((line, at) => (at === 0 ? `change ${number}: ${line}` : `  ${line}`)),
    ...because.map(({ rule, subject, saw }) => `  because ${subject}: ${saw} (${rule})`),
    ...costs.map(cost => `  costs: ${cost}`),
    ...owners.map(owner => `  set by ${owner} as well`),
    ...(migration === undefined ? [] : [`  migration: ${migration}`]),
  ]);

/** Gives lines about a plan as a whole: what it is of, and what is not in the export. */
export const headWords = ({ id, tool, source, host, left, byHand, notes }: PlanScript): readonly string[] => [
  `plan ${id} for ${host.name}, made by ${tool} of ${source}`,
  'A change is refused where what it changes is not as it was when this was planned; made twice it changes nothing.',
  ...notes.map(note => `note: ${note}`),
  ...(byHand > 0 ? [`${byHand} findings are left to a person: nearmetal plan --verbose`] : []),
  ...left.flatMap(({ planned, does, why }) => [
    `not here: change ${planned.number}: ${does.join('; ')}`,
    `  because ${why}`,
  ]),
  '',
];

/** Gives a text as one line that no template engine takes for its own. */
export const templateSafe = (text: string): string => printable(text).replaceAll(/\{(?=[{%#])/g, '{ ');

/** Gives a line as a comment: never more than one, and nothing that a linter or a template engine takes for its own. */
export const remark = (line: string): string => {
  if (line === '') return '#';
  const indent = line.startsWith('  ') ? '  ' : '';
  return `# ${indent}${indent === '' && /^shellcheck\b/.test(line) ? '· ' : ''}${templateSafe(line.slice(indent.length))}`;
};
