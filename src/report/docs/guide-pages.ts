import type { Rule } from '#check/define-rule';
import { cell, pageText, plain, table } from '#report/docs/markdown';
import { type Erratum, policyWords } from '#report/errata';
import type { Coverage, GuideCoverage, SectionCoverage } from '#report/guide-coverage';

/** What the pages of the guide are made of. */
export interface GuidePagesData {
  readonly coverage: GuideCoverage;
  readonly errata: readonly Erratum[];
  readonly rules: readonly Rule[];
  /** Commands that go with sections. */
  readonly tools: Readonly<Record<string, readonly { readonly command: string; readonly says: string }[]>>;
}

/** A page and the name of its file. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

/** Gives a page for each section of the guide, one for what goes beyond it, and one that lists them. */
export function guidePages(data: GuidePagesData): readonly Page[] {
  const { coverage } = data;
  return [
    { name: 'README', text: indexPage(data) },
    ...coverage.sections.map(section => ({ name: section.section, text: sectionPage(section, data) })),
    { name: 'beyond', text: beyondPage(data) },
  ];
}

function indexPage({ coverage, errata }: GuidePagesData): string {
  const { practices, implemented, gates, waiting, missing } = coverage;
  const count = (part: Coverage, of: readonly Erratum[]): readonly string[] => [
    String(part.implemented.length + part.gates.length),
    String(part.waiting.length + part.missing.length),
    String(of.length),
  ];
  return pageText([
    '# The guide, section by section',
    '',
    'The sections are those of SUSE’s Virtualization Best Practices. Each has a page with its rules, with where the guide errs or has aged, and with the practices that cannot be judged yet.',
    '',
    `${practices} practices: ${implemented} are judged by check, ${gates} by plan and apply, ${waiting} wait for something, ${missing} are missing.`,
    '',
    ...table(
      ['section', 'rules', 'not judged yet', 'errata'],
      [
        ...coverage.sections.map(section => [
          `[${section.section}](${section.section}.md) ${cell(section.title)}`,
          ...count(section, errataOf(errata, section.section)),
        ]),
        ['[beyond the guide](beyond.md)', ...count(coverage.beyond, errataBeyond(errata))],
      ],
    ),
  ]);
}

function sectionPage(section: SectionCoverage, data: GuidePagesData): string {
  const number = section.section;
  const { sections } = data.coverage;
  const link = (one: SectionCoverage): string => `[${one.section}](${one.section}.md) ${plain(one.title)}`;
  const above = sections.filter(one => number.startsWith(`${one.section}.`));
  const below = sections.filter(one => one.section.startsWith(`${number}.`) && isNext(one.section, number));
  return pageText([
    `# ${number} ${plain(section.title)}`,
    '',
    `${['[The guide](README.md)', ...above.map(link)].join(' › ')}`,
    '',
    ...coverageLines(section, data.rules),
    ...toolLines(data.tools[number] ?? []),
    ...(below.length > 0 ? ['## Below it', '', ...below.map(one => `- ${link(one)}`), ''] : []),
    ...errataLines(errataOf(data.errata, number)),
  ]);
}

function toolLines(tools: GuidePagesData['tools'][string]): readonly string[] {
  if (tools.length === 0) return [];
  return ['## Commands', '', ...tools.map(({ command, says }) => `- \`${command}\`: ${plain(says)}.`), ''];
}

function beyondPage({ coverage, errata, rules }: GuidePagesData): string {
  return pageText([
    '# Beyond the guide',
    '',
    '[The guide](README.md)',
    '',
    'What an expert expects of such a host and the guide does not hold.',
    '',
    ...coverageLines(coverage.beyond, rules),
    ...errataLines(errataBeyond(errata)),
  ]);
}

const isNext = (inner: string, outer: string): boolean => !inner.slice(outer.length + 1).includes('.');

const errataOf = (errata: readonly Erratum[], section: string): readonly Erratum[] =>
  errata.filter(({ sections }) => sections.includes(section));

const errataBeyond = (errata: readonly Erratum[]): readonly Erratum[] =>
  errata.filter(({ sections }) => sections.length === 0);

function coverageLines(part: Coverage, rules: readonly Rule[]): readonly string[] {
  const { implemented, gates, waiting, missing } = part;
  if (implemented.length + gates.length + waiting.length + missing.length === 0)
    return ['It holds no practice of its own that could be judged.', ''];
  const row = ({ id }: { readonly id: string }): readonly string[] => {
    const rule = rules.find(one => one.id === id);
    return [`[${id}](../rules/${id}.md)`, rule?.severity ?? '', cell(rule?.says ?? ''), cell(wantedOf(rule))];
  };
  return [
    ...(implemented.length > 0
      ? ['## Rules', '', ...table(['rule', 'severity', 'practice', 'intents'], implemented.map(row)), '']
      : []),
    ...(gates.length > 0
      ? [
          '## Gates',
          '',
          'Plan and apply hold themselves to these; check does not judge them.',
          '',
          ...gates.map(({ id, says, gate }) => `- [${id}](../rules/${id}.md): ${plain(says)} ${plain(gate)}`),
          '',
        ]
      : []),
    ...(waiting.length + missing.length > 0
      ? [
          '## Not judged yet',
          '',
          ...waiting.map(({ id, waitsFor }) => `- ${id} waits for ${plain(waitsFor)}.`),
          ...missing.map(id => `- ${id} has no rule.`),
          '',
        ]
      : []),
  ];
}

/** `must: latency, hpc; avoid: density`. */
function wantedOf(rule: Rule | undefined): string {
  const byLevel = new Map<string, string[]>();
  for (const [intent, { level }] of Object.entries(rule?.intents ?? {}))
    if (level !== 'neutral') byLevel.set(level, [...(byLevel.get(level) ?? []), intent]);
  return [...byLevel].map(([level, intents]) => `${level}: ${intents.join(', ')}`).join('; ');
}

const errataLines = (errata: readonly Erratum[]): readonly string[] =>
  errata.length === 0 ? [] : ['## Where the guide errs or has aged', '', ...errata.flatMap(erratumLines)];

function erratumLines(erratum: Erratum): readonly string[] {
  const { errata, rule, practice, guideSays, truth, source, policy } = erratum;
  const of = rule === undefined ? (practice ?? 'its prose') : `[${rule}](../rules/${rule}.md)`;
  const made = policyWords(policy);
  return [
    `- ${errata.length > 0 ? `**${errata.join(', ')}** ` : ''}${of}  `,
    `  the guide says: ${plain(guideSays)}  `,
    `  true is: ${plain(truth)}  `,
    `  source: ${plain(source)}${made === undefined ? '' : '  '}`,
    ...(made === undefined ? [] : [`  \`--policy guide\`: ${plain(made)}`]),
    '',
  ];
}
