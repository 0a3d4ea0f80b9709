import { runRules } from '#check/run-rules';
import type { CommonOptions } from '#cli/common-options';
import { exampleCommand } from '#cli/example-command';
import { checkExitCode, exitCodes, type FailOn } from '#cli/exit-codes';
import { nearest } from '#cli/nearest';
import { noLibvirt } from '#cli/open-local';
import { openPlace } from '#cli/open-place';
import { jsonText, openOutput } from '#cli/output';
import { readWishes } from '#cli/read-wishes';
import { inputError } from '#cli/request-error';
import { selectRules } from '#cli/select-rules';
import { tellProblems } from '#cli/tell-problems';
import { version } from '#cli/version.gen';
import { collectMachine } from '#collect/machine';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import type { CheckReport } from '#report/check-report';
import { rules } from '#rules/index.gen';

/** What `check` understands beside the rest. */
export interface CheckOptions extends CommonOptions {
  readonly guest: readonly string[];
  readonly rule: readonly string[];
  readonly intent: readonly string[];
  readonly policy: 'current' | 'guide';
  readonly failOn: FailOn;
  readonly strict?: boolean;
  readonly validate?: boolean;
  readonly sample?: number;
  readonly summary?: boolean;
}

/** `nearmetal check`: reads a place, judges it, prints the report. Writes nothing but its own output. */
export async function check(sources: readonly string[], options: CheckOptions): Promise<number> {
  const started = performance.now();
  const chosen = selectRules(rules, options.rule);
  const wishes = readWishes(options.intent, options.policy);
  const output = openOutput(options.output, options.color);
  const { place, problems } = await openPlace(sources, {
    ...options,
    sampleMs: options.sample,
    isValidating: options.validate === true,
  });
  const machine = collectMachine(place);
  namedGuests(machine, [...wishes.guestIntents.keys()]);
  const guests = namedGuests(machine, options.guest);
  const outcomes = runRules(machine, chosen, wishes, new Date()).filter(
    ({ subject }) => options.guest.length === 0 || guests.has(subject.kind === 'guest' ? subject.name : subject.guest),
  );
  const report: CheckReport = {
    version,
    policy: options.policy,
    machine,
    outcomes,
    problems,
    tookMs: performance.now() - started,
  };
  await output.write(await render(report, options, output.style));
  tellProblems(problems);
  if (options.format === 'human' && options.quiet !== true) suggestExample(machine);
  if (problems.length > 0) return exitCodes.input;
  return checkExitCode(outcomes, options.failOn, options.strict === true);
}

/** Who has no hypervisor can see what nearmetal does on a host that was captured. */
function suggestExample({ host, guests }: Machine): void {
  const { uri } = host.libvirt;
  if (uri.state !== 'unknown' || uri.reason !== noLibvirt || (valueIfKnown(guests) ?? []).length > 0) return;
  const command = exampleCommand({
    launcher: process.env['NEARMETAL_LAUNCHER'],
    program: process.argv[1],
    folder: process.cwd(),
  });
  if (command !== undefined) process.stderr.write(`${noLibvirt}; an example of a host with guests: ${command}\n`);
}

async function render(
  report: CheckReport,
  options: CheckOptions,
  style: ReturnType<typeof openOutput>['style'],
): Promise<string> {
  if (options.format === 'json') {
    const { checkJson } = await import('#report/json/check-json');
    return jsonText(checkJson(report));
  }
  const { checkText } = await import('#report/human/check-text');
  return checkText(
    report,
    style,
    options.summary === true ? 'summary' : options.verbose === true ? 'verbose' : 'normal',
  );
}

/** Takes names or UUIDs of guests; gives the names. One that no guest has is an input error. */
function namedGuests({ guests }: Machine, words: readonly string[]): ReadonlySet<string | undefined> {
  const there = valueIfKnown(guests) ?? [];
  return new Set(
    words.map(word => {
      const meant =
        there.find(({ name }) => name === word) ??
        there.find(({ uuid }) => valueIfKnown(uuid)?.toLowerCase() === word.toLowerCase());
      if (meant !== undefined) return meant.name;
      throw inputError(
        `there is no guest called "${word}"`,
        guests.state === 'unknown'
          ? `the guests could not be read: ${guests.reason}`
          : there.length === 0
            ? 'there are no guests at all'
            : `guests are ${nearestFirst(
                word,
                there.map(({ name }) => name),
              )}`,
      );
    }),
  );
}

/** As many names as fit a line or two, the one that was probably meant before all others. */
function nearestFirst(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  const sorted = near === undefined ? names : [near, ...names.filter(name => name !== near)];
  return `${sorted.slice(0, 12).join(', ')}${sorted.length > 12 ? ` and ${sorted.length - 12} more` : ''}`;
}
