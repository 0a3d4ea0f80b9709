import { applyWaivers } from '#check/apply-waivers';
import type { Rule } from '#check/define-rule';
import type { Outcome } from '#check/outcome';
import { resolveConflicts, withOpponents } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import type { CommonOptions } from '#cli/common-options';
import { namedGuests, refuseStrayIntents } from '#cli/named-guests';
import { nextTurn } from '#cli/next-turn';
import type { ReadProblem } from '#cli/open-options';
import { openPlace } from '#cli/open-place';
import { readWishes } from '#cli/read-wishes';
import { namedRules, selectRules } from '#cli/select-rules';
import { effectiveSettings, ruleFolders, withSettings } from '#cli/settings/effective-settings';
import { readFolderSettings, readSettingsFiles, type SettingsOptions, withFolder } from '#cli/settings/settings-files';
import { collectMachine, type Place } from '#collect/machine';
import type { Machine } from '#model/machine';
import { conflicts } from '#rules/conflicts';
import type { SettingsFile } from '#wishes/settings';

/** What says which rules judge what, and by which wishes. */
export interface JudgeOptions extends CommonOptions, SettingsOptions {
  readonly guest: readonly string[];
  readonly rule: readonly string[];
  readonly intent: readonly string[];
  /** Where it is not said, the settings say it. */
  readonly policy?: 'current' | 'guide';
  readonly validate?: boolean;
  readonly sample?: number;
}

/** A place, read and judged. */
export interface Judged {
  readonly place: Place;
  readonly machine: Machine;
  /** Of the rules and guests asked for, after waivers and conflicts. */
  readonly outcomes: readonly Outcome[];
  /** The rules asked for. */
  readonly chosen: readonly Rule[];
  /** Ids of those that were named one by one. */
  readonly asked: ReadonlySet<string>;
  /** Whether a guest of that name is asked for. */
  readonly isAskedFor: (guest: string | undefined) => boolean;
  readonly policy: 'current' | 'guide';
  readonly settings: ReturnType<typeof effectiveSettings>;
  /** Files of settings in force, the weakest first. */
  readonly settingsFiles: readonly string[];
  readonly problems: readonly ReadProblem[];
}

/** Loads the rules, in the time in which libvirt says hello. Throws what is wrong with the words that choose among them. */
async function prepareRules(named: readonly SettingsFile[], options: JudgeOptions): Promise<Prepared> {
  await nextTurn();
  const { allRules } = await import('#cli/site-rules/all-rules');
  const { rules, problems } = await allRules(named);
  return {
    rules,
    ruleProblems: problems,
    chosen: selectRules(rules, options.rule),
    flags: readWishes(options.intent, options.policy ?? 'current'),
  };
}

interface Prepared {
  readonly rules: readonly Rule[];
  readonly ruleProblems: readonly ReadProblem[];
  readonly chosen: readonly Rule[];
  readonly flags: ReturnType<typeof readWishes>;
}

/** Reads a place and judges it by the rules, settings and wishes that the options name. */
export async function judgePlace(sources: readonly string[], options: JudgeOptions, at: Date): Promise<Judged> {
  const named = await readSettingsFiles(options);
  const opening = openPlace(sources, {
    ...options,
    sampleMs: options.sample,
    isValidating: options.validate === true,
  });
  // told below: what is wrong with the words goes before what is wrong with the place
  opening.catch(() => undefined);
  const { rules, ruleProblems, chosen, flags } = await prepareRules(named, options);
  const { place, problems: readProblems } = await opening;
  const files =
    place.extent === 'documents' ? withFolder(named, await readFolderSettings(options, process.cwd())) : named;
  ruleFolders(files);
  const settings = effectiveSettings(files, rules, ruleProblems.length === 0);
  const policy = options.policy ?? settings.policy?.value ?? 'current';
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
  const isAskedFor = (guest: string | undefined): boolean => isEveryGuest || guests.has(guest);
  const resolved = resolveConflicts(waived, conflicts);
  const outcomes =
    isEveryGuest && chosen.length === rules.length
      ? resolved
      : resolved.filter(
          ({ rule, subject }) =>
            rule.id.startsWith('waivers/') ||
            (isChosen.has(rule) && isAskedFor(subject.kind === 'guest' ? subject.name : subject.guest)),
        );
  return {
    place,
    machine,
    outcomes,
    chosen,
    asked: namedRules(chosen, options.rule),
    isAskedFor,
    policy,
    settings,
    settingsFiles: files.map(({ file }) => file),
    problems: [...ruleProblems, ...readProblems],
  };
}
