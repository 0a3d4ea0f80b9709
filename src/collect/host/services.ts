import { commandText } from '#collect/file-facts';
import { activityFiles, unitActivity } from '#collect/host/unit-activity';
import { surveyUnits, type UnitSurvey, unitFiles } from '#collect/host/unit-survey';
import { unitsThatMatter, unitsToldByFiles } from '#collect/host/units-that-matter';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseUnitStates, type UnitState } from '#formats/unit-states';
import { type Evidence, type Known, known, mapKnown } from '#model/known';
import type { Service } from '#model/service';

/** One call for all units: it ends well whatever their state, unlike `is-active`. */
const show = ['systemctl', 'show', '--property=Id,LoadState,ActiveState,UnitFileState', ...unitsThatMatter] as const;

/**
 * Units that matter here: installed, wanted at boot, running. Told by unit files, links, cgroups, mounts and sockets; systemd itself is
 * asked only where commands may be run and files left something open.
 */
export const services: Reading<readonly Service[]> = {
  says: 'systemd units that matter here',
  ways: [...[...unitFiles, ...activityFiles].map(file => ({ file })), { command: show }],
  read(sources) {
    const survey = surveyUnits(sources);
    const activity = unitActivity(sources);
    const fromFiles = mapKnown(survey, found =>
      [...unitsThatMatter, ...unitsToldByFiles].map(name => serviceOf(name, found, activity)),
    );
    const isOpen =
      fromFiles.state !== 'known' ||
      fromFiles.value.some(
        unit =>
          unitsThatMatter.includes(unit.name) &&
          unit.isInstalled &&
          (unit.isActive === undefined || unit.isEnabled === undefined),
      );
    return isOpen ? withCommand(sources, fromFiles) : fromFiles;
  },
};

/** Whether one unit is installed and wanted at boot; undefined where it cannot be told, or it is not installed. */
export const isUnitEnabled = (sources: Sources, name: string): boolean | undefined => {
  const survey = surveyUnits(sources);
  return survey.state !== 'known' || survey.value.fileOf(name) === undefined
    ? undefined
    : survey.value.wantedBy(name) !== undefined && !survey.value.isMasked(name);
};

/** Takes a place; gives what tells the state of any unit, by name, from files alone: those that matter here and others. */
export function unitStates(sources: Sources): (name: string) => Known<Service> {
  const survey = surveyUnits(sources);
  const activity = unitActivity(sources);
  return name => mapKnown(survey, found => serviceOf(name, found, activity));
}

function serviceOf(name: string, survey: UnitSurvey, activityOf: ReturnType<typeof unitActivity>): Service {
  const file = survey.fileOf(name);
  if (file === undefined) {
    const evidence = [{ from: 'unit files', value: `no ${name}` }];
    return { name, isInstalled: false, isMasked: false, isEnabled: false, isActive: false, evidence };
  }
  const isMasked = survey.isMasked(name);
  const wanted = survey.wantedBy(name);
  const activity = activityOf(name, survey);
  const boot: Evidence = isMasked
    ? { from: file, value: 'masked: a link to /dev/null' }
    : { from: wanted ?? file, value: wanted === undefined ? 'nothing wants it at boot' : 'wanted at boot' };
  return {
    name,
    isInstalled: true,
    isMasked,
    isEnabled: wanted !== undefined && !isMasked,
    isActive: activity.isActive,
    evidence: activity.evidence === undefined ? [boot] : [boot, activity.evidence],
  };
}

/** Fills in what is open from systemd's own answer. */
function withCommand(sources: Sources, fromFiles: Known<readonly Service[]>): Known<readonly Service[]> {
  const text = commandText(sources, show);
  if (text.state !== 'known') return fromFiles;
  const states = new Map(parseUnitStates(text.value).map(state => [state.name, state]));
  if (states.size === 0) return fromFiles;
  const before = new Map((fromFiles.state === 'known' ? fromFiles.value : []).map(unit => [unit.name, unit]));
  const units = unitsThatMatter.flatMap(name => {
    const state = states.get(name);
    const seen = before.get(name);
    return state === undefined ? (seen === undefined ? [] : [seen]) : [merged(seen, state)];
  });
  const told = unitsToldByFiles.flatMap(name => before.get(name) ?? []);
  return known([...units, ...told], { from: 'systemctl show', value: `${states.size} units` });
}

function merged(seen: Service | undefined, { name, load, active, file }: UnitState): Service {
  const evidence: Evidence = { from: `systemctl show ${name}`, value: [load, active, file].join(' ').trim() };
  return {
    name,
    isInstalled: seen?.isInstalled ?? (load !== 'not-found' || file !== ''),
    isMasked: seen?.isMasked ?? load === 'masked',
    isEnabled: seen?.isEnabled ?? enablement(file),
    isActive: seen?.isActive ?? ['active', 'reloading', 'activating'].includes(active),
    evidence: [...(seen?.evidence ?? []), evidence],
  };
}

/** `static` says that nothing can be enabled, not whether something wants it. */
const enablement = (file: string): boolean | undefined =>
  /^(?:enabled|enabled-runtime|generated)$/.test(file)
    ? true
    : /^(?:static|indirect|alias)$/.test(file)
      ? undefined
      : false;
