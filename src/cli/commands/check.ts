import { applyWaivers } from '#check/apply-waivers';
import { resolveConflicts, withOpponents } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import type { CommonOptions } from '#cli/common-options';
import { exampleCommand } from '#cli/example-command';
import { checkExitCode, exitCodes } from '#cli/exit-codes';
import { namedGuests, refuseStrayIntents } from '#cli/named-guests';
import { baselineFor, readEarlier } from '#cli/open-baseline';
import { noLibvirt } from '#cli/open-local';
import { openPlace } from '#cli/open-place';
import { openOutput } from '#cli/output';
import { readWishes } from '#cli/read-wishes';
import { renderReport } from '#cli/render-report';
import { selectRules } from '#cli/select-rules';
import { effectiveSettings, ruleFolders, withSettings } from '#cli/settings/effective-settings';
import { readFolderSettings, readSettingsFiles, type SettingsOptions, withFolder } from '#cli/settings/settings-files';
import { allRules } from '#cli/site-rules/all-rules';
import { tellProblems } from '#cli/tell-problems';
import { version } from '#cli/version.gen';
import { workingCopyOf } from '#cli/working-copy';
import { collectMachine } from '#collect/machine';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { compareWithBaseline } from '#report/baseline';
import type { CheckReport, FailOn } from '#report/check-report';
import { conflicts } from '#rules/conflicts';

/** What `check` understands beside the rest. */
export interface CheckOptions extends CommonOptions, SettingsOptions {
  readonly guest: readonly string[];
  readonly rule: readonly string[];
  readonly intent: readonly string[];
  /** Where it is not said, the settings say it. */
  readonly policy?: 'current' | 'guide';
  readonly failOn?: FailOn;
  /** An earlier JSON report: only what is new fails the run. */
  readonly since?: string;
  readonly strict?: boolean;
  readonly validate?: boolean;
  readonly sample?: number;
  readonly summary?: boolean;
}

/** `nearmetal check`: reads a place, judges it, prints the report. Writes nothing but its own output. */
export async function check(sources: readonly string[], options: CheckOptions): Promise<number> {
  const started = performance.now();
  const at = new Date();
  const named = await readSettingsFiles(options);
  const earlier = options.since === undefined ? undefined : await readEarlier(options.since);
  const { rules, problems: ruleProblems } = await allRules(named);
  const chosen = selectRules(rules, options.rule);
  const flags = readWishes(options.intent, options.policy ?? 'current');
  const output = openOutput(options.output, options.color);
  const { place, problems: readProblems } = await openPlace(sources, {
    ...options,
    sampleMs: options.sample,
    isValidating: options.validate === true,
  });
  const folder = process.cwd();
  const files = place.extent === 'documents' ? withFolder(named, await readFolderSettings(options, folder)) : named;
  ruleFolders(files);
  const problems = [...ruleProblems, ...readProblems];
  const settings = effectiveSettings(files, rules, ruleProblems.length === 0);
  const policy = options.policy ?? settings.policy?.value ?? 'current';
  const failOn = options.failOn ?? settings.failOn?.value ?? 'warning';
  const wishes = withSettings(flags, settings, policy);
  const machine = collectMachine(place);
  refuseStrayIntents(machine, flags);
  const guests = new Set<string | undefined>(namedGuests(machine, options.guest).map(({ name }) => name));
  const isEveryGuest = options.guest.length === 0;
  const isChosen = new Set(chosen);
  const judged = runRules(machine, withOpponents(chosen, rules, conflicts), wishes, at);
  // who waives a practice is not told to follow it: it stands in the way of no other
  const waived = applyWaivers(
    judged,
    settings.waivers,
    { machine, rules: new Set(chosen.map(({ id }) => id)), isEveryGuest },
    at,
  );
  const asked = resolveConflicts(waived, conflicts).filter(
    ({ rule, subject }) =>
      rule.id.startsWith('waivers/') ||
      (isChosen.has(rule) && (isEveryGuest || guests.has(subject.kind === 'guest' ? subject.name : subject.guest))),
  );
  const compared =
    earlier === undefined
      ? undefined
      : compareWithBaseline(asked, baselineFor(earlier, machine), (rule, { guest, kind, name }) => {
          const isAsked = isEveryGuest || guests.has(kind === 'guest' ? name : guest);
          return isAsked && (rule.startsWith('waivers/') || chosen.some(({ id }) => id === rule));
        });
  const outcomes = compared?.outcomes ?? asked;
  const report: CheckReport = {
    version,
    policy,
    machine,
    outcomes,
    problems,
    at,
    sinceThen: compared?.sinceThen,
    failOn,
    settings: files.map(({ file }) => file),
    exitCode: problems.length > 0 ? exitCodes.input : checkExitCode(outcomes, failOn, options.strict === true),
    folder,
    workingCopy: workingCopyOf(folder),
    tookMs: performance.now() - started,
  };
  const detail = options.summary === true ? 'summary' : options.verbose === true ? 'verbose' : 'normal';
  await output.write(await renderReport(report, options.format, detail, output.style));
  tellProblems(problems);
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
