import { exampleCommand } from '#cli/example-command';
import { checkExitCode, exitCodes } from '#cli/exit-codes';
import { type JudgeOptions, judgePlace } from '#cli/judge-place';
import { baselineFor, readEarlier } from '#cli/open-baseline';
import { noLibvirt, rootOf } from '#cli/open-local';
import { openOutput } from '#cli/output';
import { loadRenderer, renderReport } from '#cli/render-report';
import { stateOf } from '#cli/state-folder';
import { tellProblems } from '#cli/tell-problems';
import { tellUnfinished } from '#cli/tell-unfinished';
import { version } from '#cli/version.gen';
import { workingCopyOf } from '#cli/working-copy';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { compareWithBaseline } from '#report/baseline';
import type { CheckReport, FailOn } from '#report/check-report';

/** What `check` understands beside the rest. */
export interface CheckOptions extends JudgeOptions {
  readonly failOn?: FailOn;
  /** An earlier JSON report: only what is new fails the run. */
  readonly since?: string;
  readonly strict?: boolean;
  readonly summary?: boolean;
}

/** `nearmetal check`: reads a place, judges it, prints the report. Writes nothing but its own output. */
export async function check(sources: readonly string[], options: CheckOptions): Promise<number> {
  const at = new Date();
  const started = process.hrtime.bigint();
  const earlier = options.since === undefined ? undefined : await readEarlier(options.since);
  const output = openOutput(options.output, options.color);
  const [judged] = await Promise.all([judgePlace(sources, options, at), loadRenderer(options.format)]);
  const { machine, problems, policy, chosen, isAskedFor } = judged;
  const failOn = options.failOn ?? judged.settings.failOn?.value ?? 'warning';
  const folder = process.cwd();
  const compared =
    earlier === undefined
      ? undefined
      : compareWithBaseline(judged.outcomes, baselineFor(earlier, machine), (rule, { guest, kind, name }) => {
          const isAsked = isAskedFor(kind === 'guest' ? name : guest);
          return isAsked && (rule.startsWith('waivers/') || chosen.some(({ id }) => id === rule));
        });
  const outcomes = compared?.outcomes ?? judged.outcomes;
  const report: CheckReport = {
    version,
    policy,
    machine,
    outcomes,
    problems,
    at,
    sinceThen: compared?.sinceThen,
    failOn,
    settings: judged.settingsFiles,
    exitCode: problems.length > 0 ? exitCodes.input : checkExitCode(outcomes, failOn, options.strict === true),
    folder,
    workingCopy: workingCopyOf(folder),
    tookMs: Number(process.hrtime.bigint() - started) / 1e6,
  };
  const detail = options.summary === true ? 'summary' : options.verbose === true ? 'verbose' : 'normal';
  await output.write(await renderReport(report, options.format, detail, output.style));
  tellProblems(problems);
  if (sources.length === 0) await tellUnfinished(stateOf(rootOf(options.root)));
  if (options.format === 'human' && options.quiet !== true) suggestExample(machine);
  return report.exitCode;
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
