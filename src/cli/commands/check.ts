import type { Outcome } from '#check/outcome';
import { runRules } from '#check/run-rules';
import type { CommonOptions } from '#cli/common-options';
import { checkExitCode, exitCodes, type FailOn } from '#cli/exit-codes';
import { openPlace } from '#cli/open-place';
import { jsonText, openOutput } from '#cli/output';
import { readWishes } from '#cli/read-wishes';
import { inputError } from '#cli/request-error';
import { selectRules } from '#cli/select-rules';
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
  const outcomes = onlyGuests(machine, runRules(machine, chosen, wishes, new Date()), options.guest);
  const report: CheckReport = {
    version,
    policy: options.policy,
    machine,
    outcomes,
    tookMs: performance.now() - started,
  };
  await output.write(await render(report, options, output.style));
  for (const { message, doThis } of problems)
    process.stderr.write(`nearmetal: ${message}\n${doThis === undefined ? '' : `  ${doThis}\n`}`);
  if (problems.length > 0) return exitCodes.input;
  return checkExitCode(outcomes, options.failOn, options.strict === true);
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

/** Keeps what concerns the guests named; a name that no guest has is an input error. */
function onlyGuests(machine: Machine, outcomes: readonly Outcome[], names: readonly string[]): readonly Outcome[] {
  if (names.length === 0) return outcomes;
  const there = (valueIfKnown(machine.guests) ?? []).map(guest => guest.name);
  for (const name of names) {
    if (!there.includes(name)) {
      throw inputError(
        `there is no guest called "${name}"`,
        there.length === 0 ? 'no guests were read' : `guests are ${there.slice(0, 20).join(', ')}`,
      );
    }
  }
  return outcomes.filter(({ subject }) =>
    names.includes(subject.kind === 'guest' ? subject.name : (subject.guest ?? '')),
  );
}
