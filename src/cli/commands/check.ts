import { runRules } from '#check/run-rules';
import type { CommonOptions } from '#cli/common-options';
import { exampleCommand } from '#cli/example-command';
import { checkExitCode, exitCodes, type FailOn } from '#cli/exit-codes';
import { namedGuests, refuseStrayIntents } from '#cli/named-guests';
import { noLibvirt } from '#cli/open-local';
import { openPlace } from '#cli/open-place';
import { jsonText, openOutput } from '#cli/output';
import { readWishes } from '#cli/read-wishes';
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
  refuseStrayIntents(machine, wishes);
  const guests = new Set<string | undefined>(namedGuests(machine, options.guest).map(({ name }) => name));
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
