import { commandText } from '#collect/file-facts';
import { systemInside } from '#collect/inside/inside-system';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseAgentDrivers } from '#formats/guest-agent/agent-system';
import type { WindowsCommand } from '#formats/guest-facts/print-guest-script';
import { parseRegistryValue } from '#formats/registry-value';
import { type GuestInside, type InsideDriver, registryValues } from '#model/guest-inside';
import { absent, chainKnown, type Known, known, unknown } from '#model/known';

const question = 'guest-get-devices';

/** Other systems have neither such drivers nor a registry. */
const onWindows = <T>(sources: Sources, read: () => Known<T>): Known<T> =>
  chainKnown(
    systemInside.system.read(sources),
    (system): Known<T> => (system === 'windows' ? read() : absent({ from: 'its system', value: system })),
  );

const drivers: Reading<readonly InsideDriver[]> = {
  says: 'drivers of PCI devices in a Windows guest',
  ways: [{ agent: question }],
  read: sources =>
    onWindows(sources, () =>
      chainKnown(commandText(sources, [question]), text => {
        const found = parseAgentDrivers(text);
        return found === undefined ? unknown(`the answer to ${question} was not understood`) : known(found);
      }),
    ),
};

/** The words of a question to the registry. */
const registryQuestion = (key: string, value: string): readonly string[] => ['reg', 'query', key, '/v', value];

const registry: Reading<ReadonlyMap<string, string | undefined>> = {
  says: 'settings of a Windows guest for what runs in the background',
  ways: registryValues.map(([, key, value]) => ({ command: registryQuestion(key, value) })),
  read: sources =>
    onWindows(sources, () => {
      const found = new Map<string, string | undefined>();
      for (const [name, key, value] of registryValues) {
        const text = commandText(sources, registryQuestion(key, value));
        if (text.state === 'unknown') return text;
        found.set(name, text.state === 'known' ? parseRegistryValue(text.value, value) : undefined);
      }
      const words = [...found].map(([name, value]) => `${name} ${value ?? 'not set'}`);
      return known(found, { from: 'reg query', value: words.join(', ') });
    }),
};

/** The commands that tell of a Windows guest, as its command line takes them. */
export const windowsQuestions: readonly WindowsCommand[] = [
  { words: ['ver'], line: 'ver' },
  { words: ['hostname'], line: 'hostname' },
  ...registryValues.map(([, key, value]) => ({
    words: registryQuestion(key, value),
    line: `reg query "${key}" /v ${value}`,
  })),
];

/** What only Windows has. */
export const windowsInside: ReadingsOf<Pick<GuestInside, 'drivers' | 'registry'>> = { drivers, registry };
