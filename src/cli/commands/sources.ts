import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { readsOf } from '#cli/rule-reads';
import { readSettingsFiles, type SettingsOptions } from '#cli/settings/settings-files';
import { allRules } from '#cli/site-rules/all-rules';
import { tellProblems } from '#cli/tell-problems';
import { guests } from '#collect/guests';
import { hostReadings } from '#collect/host-readings';
import { insideReadings } from '#collect/inside/inside-readings';
import { windowsQuestions } from '#collect/inside/inside-windows';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import { listReadings, type Reading, type Way } from '#collect/reading';
import { linuxGuestScript, windowsGuestScript } from '#formats/guest-facts/print-guest-script';
import { sourcesText } from '#report/human/sources-text';

/** What `sources` understands beside the rest. */
export interface SourcesOptions extends CommonOptions, SettingsOptions {
  /** Print the script that makes a facts file, instead. */
  readonly guestScript?: 'linux' | 'windows';
}

/** `nearmetal sources`: what is read, by which ways, and which rules need it. */
export async function sources(options: SourcesOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  if (options.guestScript !== undefined) {
    await output.write(options.guestScript === 'linux' ? linuxGuestScript() : windowsGuestScript(windowsQuestions));
    return exitCodes.ok;
  }
  const { rules, problems } = await allRules(await readSettingsFiles(options));
  const needed = await Promise.all(rules.map(async rule => ({ rule: rule.id, facts: await readsOf(rule) })));
  const readings: readonly { readonly fact: string; readonly reading: Reading<unknown> }[] = [
    ...listReadings(hostReadings()).map(({ fact, reading }) => ({ fact: `host.${fact}`, reading })),
    { fact: 'guests', reading: guests },
    ...listReadings(insideReadings).map(({ fact, reading }) => ({ fact: `guest.inside.${fact}`, reading })),
    { fact: 'networks', reading: networks },
    { fact: 'pools', reading: pools },
  ];
  const told = readings.map(({ fact, reading }) => ({
    fact,
    says: reading.says,
    ways: reading.ways.map(wayWords),
    rules: needed.filter(({ facts }) => facts.some(one => isPartOf(one, fact))).map(({ rule }) => rule),
  }));
  await output.write(
    options.format === 'json'
      ? jsonText({ schema: 'nearmetal.sources/1', readings: told })
      : sourcesText(told, output.style),
  );
  tellProblems(problems);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}

/** `guest.config.memory` is a part of what the reading `guests` gives. */
const isPartOf = (fact: string, reading: string): boolean => {
  const singular = reading.endsWith('s') && !reading.includes('.') ? reading.slice(0, -1) : reading;
  return (
    fact === reading ||
    fact === singular ||
    fact.startsWith(`${reading}.`) ||
    fact.startsWith(`${singular}.`) ||
    (singular === 'guest' && /^(?:disk|nic)\b/.test(fact))
  );
};

const wayWords = (way: Way): string =>
  'file' in way
    ? way.file
    : 'call' in way
      ? `libvirt ${way.call}`
      : 'agent' in way
        ? `guest agent ${way.agent}`
        : `command ${way.command.join(' ')}`;
