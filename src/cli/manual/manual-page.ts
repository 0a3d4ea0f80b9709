import type { CommandNode, OptionNode } from '#cli/command-tree';
import { exitCodes } from '#cli/exit-codes';
import {
  description,
  environment,
  examples,
  exitMeanings,
  files,
  manualDate,
  seeAlso,
  sources,
  words,
} from '#cli/manual/manual-prose';
import { display, macroWords, textLines } from '#cli/manual/mdoc';

/** Gives nearmetal(1) in mdoc: the commands and options from the table of the command line, the rest from prose. */
export function manualPage(tree: CommandNode): string {
  const { commands } = tree;
  const shared = sharedOptions(commands);
  const ofSources = sharedOptions(commands.filter(takesSource)).filter(one => !isAmong(shared, one));
  return [
    '.\\" Generated from the table of the command line by tools/gen.mjs. Do not edit.',
    `.Dd ${manualDate}`,
    '.Dt NEARMETAL 1',
    '.Os',
    '.Sh NAME',
    '.Nm nearmetal',
    '.Nd find what departs from best practice on a KVM or Xen host and in its guests',
    '.Sh SYNOPSIS',
    '.Nm',
    '.Ar command',
    '.Op Ar option ...',
    '.Op Ar argument ...',
    ...synopses(commands),
    '.Sh DESCRIPTION',
    ...paragraphs(description),
    '.Ss Sources',
    ...textLines('What a *source* is, is told by what is in it:'),
    ...tagged(sources.map(([what, says]) => [`.It ${macroWords(what)}`, textLines(says)])),
    '.Ss Rules',
    ...textLines('Where rules are named, a word is one of these:'),
    ...tagged(words.map(([what, says]) => [`.It ${macroWords(what)}`, textLines(says)])),
    '.Sh COMMANDS',
    ...commands.flatMap(command => commandLines(command, [...shared, ...(takesSource(command) ? ofSources : [])])),
    '.Sh OPTIONS',
    ...textLines('Every command understands these:'),
    ...optionList([...shared, ...tree.options.filter(one => !isAmong(shared, one))]),
    '.Pp',
    ...textLines('And every command that takes a *source*:'),
    ...optionList(ofSources),
    '.Sh ENVIRONMENT',
    ...tagged(environment.map(([name, says]) => [`.It Ev ${name}`, textLines(says)])),
    '.Sh FILES',
    ...tagged(files.map(([path, says]) => [`.It Pa ${path}`, textLines(says)])),
    '.Sh EXIT STATUS',
    ...tagged(
      Object.entries(exitCodes)
        .sort(([, one], [, other]) => one - other)
        .map(([name, code]) => [`.It ${code}`, textLines(meaningOf(name))]),
    ),
    '.Sh EXAMPLES',
    ...examples.flatMap(([says, lines], at) => [...(at === 0 ? [] : ['.Pp']), ...textLines(says), ...display(lines)]),
    '.Sh SEE ALSO',
    ...[...seeAlso]
      .sort(([name, section], [other, its]) => section - its || (name < other ? -1 : 1))
      .map(([name, section], at, all) => `.Xr ${name} ${section}${at < all.length - 1 ? ' ,' : ''}`),
    '',
  ].join('\n');
}

const takesSource = (command: CommandNode): boolean => command.arguments.some(({ name }) => name === 'source');

const isSame = (one: OptionNode, other: OptionNode): boolean => JSON.stringify(one) === JSON.stringify(other);
const isAmong = (options: readonly OptionNode[], option: OptionNode): boolean =>
  options.some(one => isSame(one, option));

/** The options that all of the commands have, word for word. */
function sharedOptions([first, ...others]: readonly CommandNode[]): readonly OptionNode[] {
  return (first?.options ?? []).filter(option => others.every(({ options }) => isAmong(options, option)));
}

/** The commands, and in place of those that only hold others these. */
const runnable = (commands: readonly CommandNode[]): readonly CommandNode[] =>
  commands.flatMap(command => (command.commands.length > 0 ? runnable(command.commands) : [command]));

const synopses = (commands: readonly CommandNode[]): readonly string[] =>
  runnable(commands).flatMap(command => ['.Nm', `.Cm ${command.path.slice(1).join(' ')}`, ...argumentWords(command)]);

const argumentWords = (command: CommandNode): readonly string[] =>
  command.arguments.map(({ name, isRequired, isVariadic }) => {
    const word = `Ar ${macroWords(name)}${isVariadic ? ' ...' : ''}`;
    return isRequired ? `.${word}` : `.Op ${word}`;
  });

function commandLines(command: CommandNode, told: readonly OptionNode[]): readonly string[] {
  if (command.commands.length > 0) return command.commands.flatMap(one => commandLines(one, told));
  const own = command.options.filter(option => !isAmong(told, option));
  return [
    `.Ss nearmetal ${command.path.slice(1).join(' ')}`,
    ...textLines(sentence(command.description)),
    ...command.arguments
      .filter(one => one.description !== '')
      .flatMap(({ name, description: says }) => textLines(sentence(`*${name}*: ${says}`))),
    ...optionList(own),
  ];
}

const optionList = (options: readonly OptionNode[]): readonly string[] =>
  tagged(options.map(option => [optionItem(option), optionText(option)]));

function optionItem({ short, long, value }: OptionNode): string {
  const names = [...(short === undefined ? [] : [`Fl ${short.slice(1)}`]), `Fl ${long.slice(1)}`].join(' , ');
  return `.It ${names}${value === undefined ? '' : ` Ar ${macroWords(value)}`}`;
}

function optionText(option: OptionNode): readonly string[] {
  const { choices, default: fallback } = option;
  const listed = choices === undefined ? '' : ` One of ${choices.map(choice => `\`${choice}\``).join(', ')}.`;
  const usual = fallback === undefined ? '' : ` Without it: \`${fallback}\`.`;
  return textLines(`${sentence(option.description)}${listed}${usual}`);
}

const tagged = (items: readonly (readonly [item: string, lines: readonly string[]])[]): readonly string[] =>
  items.length === 0 ? [] : ['.Bl -tag -width Ds', ...items.flatMap(([item, lines]) => [item, ...lines]), '.El'];

const paragraphs = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text, at) => [...(at === 0 ? [] : ['.Pp']), ...textLines(text)]);

const meaningOf = (name: string): string => Object.entries(exitMeanings).find(([one]) => one === name)?.[1] ?? '';

/** Takes what a help says; gives it as a sentence. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
