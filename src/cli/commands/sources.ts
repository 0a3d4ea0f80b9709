import type { CommonOptions } from '#cli/common-options';
import { factsOf } from '#cli/examples/facts-of';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { guests } from '#collect/guests';
import { hostReadings } from '#collect/host-readings';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import { listReadings, type Reading, type Way } from '#collect/reading';
import { sourcesText } from '#report/human/sources-text';
import { rules } from '#rules/index.gen';

/** `nearmetal sources`: what is read, by which ways, and which rules need it. */
export async function sources(options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const needed = rules.map(rule => ({ rule: rule.id, facts: factsOf(rule) }));
  const readings: readonly { readonly fact: string; readonly reading: Reading<unknown> }[] = [
    ...listReadings(hostReadings()).map(({ fact, reading }) => ({ fact: `host.${fact}`, reading })),
    { fact: 'guests', reading: guests },
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
  return exitCodes.ok;
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
  'file' in way ? way.file : 'call' in way ? `libvirt ${way.call}` : `command ${way.command.join(' ')}`;
