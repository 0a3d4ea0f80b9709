import type { Break } from '#compat/offer';
import { differences } from '#formats/qemu-argv/differences';
import type { QemuCommand } from '#formats/qemu-argv/parse-argv';
import { silentElements } from '#formats/qemu-argv/silent-elements';
import { givenVariables, tieArgv } from '#formats/qemu-argv/tie-argv';
import type { Tie, TiedArgument } from '#formats/qemu-argv/tied-argument';
import { maskQemuArguments } from '#formats/secrets/mask-qemu-arguments';
import { isSecretName } from '#formats/secrets/secret-names';
import type { XmlElement } from '#formats/xml/xml-document';
import { pathOf, selectFirst } from '#formats/xml/xml-path';
import { text } from '#formats/xml/xml-tree';
import type { ArgvDocument } from '#report/argv/argv-schema';
import { quoteShellWord } from '#units/quote-shell-word';
import { secretMark } from '#units/secret';

/** What is to be told of a guest's command line. */
export interface ArgvFindings {
  readonly version: string;
  readonly from: ArgvDocument['from'];
  readonly origin: string;
  readonly xml: string;
  readonly domain: XmlElement;
  /** Undefined where libvirt refused to build one. */
  readonly command: QemuCommand | undefined;
  readonly refused: { readonly message: string; readonly element: XmlElement | undefined } | undefined;
  readonly breaks: readonly Break[];
  /** The process of a guest that runs, with the XML that it runs with. */
  readonly running: { readonly pid: number; readonly command: QemuCommand; readonly domain: XmlElement } | undefined;
  readonly notes: readonly string[];
}

/** Gives the report: each argument with its ties, secrets masked. */
export function argvReport(found: ArgvFindings): ArgvDocument {
  const { command, domain } = found;
  const tied = command === undefined ? [] : tieArgv(command, domain);
  const rows = maskedRows(tied);
  const errors =
    found.breaks.filter(({ severity }) => severity === 'error').length + (found.refused === undefined ? 0 : 1);
  return {
    schema: 'nearmetal.argv/1',
    tool: { name: 'nearmetal', version: found.version },
    guest: text(selectFirst(domain, 'name') ?? domain).slice(0, 256),
    from: found.from,
    origin: found.origin,
    xml: found.xml,
    ...(found.refused === undefined ? {} : { refused: refusal(found.refused) }),
    environment: command === undefined ? [] : variables(command, domain),
    ...(command === undefined ? {} : { program: { path: command.program, ties: emulatorTie(domain) } }),
    arguments: rows,
    shell: command === undefined ? '' : shellText(command, rows),
    silent: command === undefined ? [] : silentElements(tied, domain).map(element => placeOf(element)),
    breaks: found.breaks.map(({ severity, says, wants, element, attribute, source }) => ({
      severity,
      says,
      ...(wants === undefined ? {} : { wants }),
      ...placeOf(element, attribute),
      source,
    })),
    ...(found.running === undefined ? {} : { running: compare(tied, found.running) }),
    notes: [...found.notes],
    summary: {
      arguments: rows.length,
      tied: tied.filter(({ ties }) => ties.length > 0).length,
      own: tied.filter(({ ties, own }) => ties.length === 0 && own !== undefined).length,
      untied: tied.filter(({ ties, own }) => ties.length === 0 && own === undefined).length,
      errors,
      warnings: found.breaks.length + (found.refused === undefined ? 0 : 1) - errors,
    },
  };
}

function maskedRows(tied: readonly TiedArgument[]): ArgvDocument['arguments'] {
  const words = maskQemuArguments(tied.flatMap(({ argument }) => argument.words));
  let at = 0;
  return tied.map(({ argument, ties, own, ownFields, serves }) => {
    const row = words.slice(at, at + argument.words.length);
    at += argument.words.length;
    return {
      words: [...row],
      ties: ties.map(jsonTie),
      ...(own === undefined ? {} : { own }),
      ...(ownFields.length === 0 ? {} : { ownFields: [...ownFields] }),
      ...(serves.length === 0 ? {} : { serves: serves.map(element => placeOf(element)) }),
    };
  });
}

function compare(
  defined: readonly TiedArgument[],
  { pid, command, domain }: NonNullable<ArgvFindings['running']>,
): ArgvDocument['running'] {
  const { onlyLeft, onlyRight } = differences(defined, tieArgv(command, domain));
  return {
    pid,
    onlyRunning: maskedRows(onlyRight).map(({ words, ties }) => ({ words, ties })),
    onlyDefined: maskedRows(onlyLeft).map(({ words, ties }) => ({ words, ties })),
  };
}

const jsonTie = ({ element, attribute, fields }: Tie): ArgvDocument['arguments'][number]['ties'][number] => ({
  ...placeOf(element, attribute),
  ...(fields === undefined ? {} : { fields: [...fields] }),
});

/** Where an element or an attribute stands; a guest's own document inside a status file counts from `/domain`. */
function placeOf(
  element: XmlElement,
  attribute?: string,
): { path: string; attribute?: string; line: number; column: number } {
  const own = attribute === undefined ? undefined : element.attributes.find(({ name }) => name === attribute);
  const { line, column } = element.document.positionOf(own?.start ?? element.start);
  const path = pathOf(element).replace(/^\/domstatus(?=\/)/, '');
  return { path, ...(attribute === undefined ? {} : { attribute }), line, column };
}

function refusal({ message, element }: NonNullable<ArgvFindings['refused']>): NonNullable<ArgvDocument['refused']> {
  return element === undefined ? { message } : { message, ...placeOf(element) };
}

function emulatorTie(domain: XmlElement): ArgvDocument['arguments'][number]['ties'] {
  const element = selectFirst(domain, 'devices/emulator');
  return element === undefined ? [] : [placeOf(element)];
}

function variables({ environment }: QemuCommand, domain: XmlElement): ArgvDocument['environment'] {
  const given = givenVariables(domain);
  return environment.map(({ name, value }) => {
    const element = given.get(name);
    return {
      name,
      value: isSecretName(name) && value !== '' ? secretMark : value,
      ties: element === undefined ? [] : [placeOf(element)],
    };
  });
}

/** An argument a line, as it can be pasted into a shell. */
function shellText({ environment, program }: QemuCommand, rows: ArgvDocument['arguments']): string {
  const set = environment.map(
    ({ name, value }) => `${name}=${quoteShellWord(isSecretName(name) && value !== '' ? secretMark : value)}`,
  );
  const lines = [...set, quoteShellWord(program), ...rows.map(({ words }) => words.map(quoteShellWord).join(' '))];
  return lines.join(' \\\n');
}
