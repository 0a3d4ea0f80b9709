import type { CommandNode, OptionNode } from '#cli/command-tree';
import { fittingIn, type ValueKind } from '#cli/completion/value-kinds';
import type { Word, Words } from '#cli/completion/words';

/** Gives the script for fish 3: words stand in it with what they mean; only names of guests are asked for. */
export function fishCompletion(tree: CommandNode, words: Words): string {
  return `# fish completion for nearmetal ${words.version}, made by: nearmetal completion fish
# Put it where fish looks: ~/.config/fish/completions/nearmetal.fish

# is the command line at the command of these words?
function __nearmetal_at
    set -l given (__nearmetal_commands)
    test "$given" = "$argv"
end

# the words of the command line that are commands
function __nearmetal_commands
    set -l path
    for word in (commandline -opc)[2..-1]
        if contains -- (string join ' ' -- $path $word) ${allPaths(tree).map(quote).join(' ')}
            set -a path $word
        end
    end
    string join ' ' -- $path
end

# how many arguments were given after the command
function __nearmetal_place
    set -l path (__nearmetal_commands | string split -n ' ')
    set -l count 0
    set -l waiting 0
    set -l line (commandline -opc)
    set -l from (math (count $path) + 2)
    for word in $line[$from..-1]
        if test $waiting = 1
            set waiting 0
        else if contains -- $word ${valuedNames(tree).map(quote).join(' ')}
            set waiting 1
        else if not string match -q -- '-*' $word
            set count (math $count + 1)
        end
    end
    test $count -eq $argv[1]
end

function __nearmetal_guests
    set -l line (commandline -opc)
    $line[1] __guests -- $line[2..-1] 2>/dev/null
end

function __nearmetal_rules
    printf '%s\\t%s\\n' ${pairs([...words.areas, ...words.sections, ...words.rules])}
end

function __nearmetal_intents
    printf '%s\\t%s\\n' ${pairs(words.intents)}
end

function __nearmetal_guest_intents
    __nearmetal_intents
    for guest in host (__nearmetal_guests)
        for intent in ${words.intents.map(({ word }) => quote(word)).join(' ')}
            printf '%s=%s\\t%s\\n' $guest $intent "what $guest is for"
        end
    end
end

function __nearmetal_uris
    printf '%s\\t%s\\n' ${pairs(words.uris)}
end

function __nearmetal_times
    printf '%s\\t%s\\n' ${pairs(words.times)}
end

complete -c nearmetal -f
${linesOf(tree).join('\n')}
`;
}

function linesOf(node: CommandNode): readonly string[] {
  const at = `-n ${quote(`__nearmetal_at ${node.path.slice(1).join(' ')}`.trim())}`;
  const here = (condition: string): string =>
    `-n ${quote(`__nearmetal_at ${node.path.slice(1).join(' ')}; and ${condition}`)}`;
  return [
    ...node.commands.map(
      command => `complete -c nearmetal ${at} -a ${quote(command.name)} -d ${quote(command.description)}`,
    ),
    ...node.options.map(option => `complete -c nearmetal ${at} ${optionWords(option)}`),
    ...node.arguments.flatMap((one, place) => {
      const fits = argumentsFor(fittingIn(one));
      return fits === ''
        ? []
        : [`complete -c nearmetal ${one.isVariadic ? at : here(`__nearmetal_place ${place}`)} ${fits}`];
    }),
    ...node.commands.flatMap(linesOf),
  ];
}

function optionWords(option: OptionNode): string {
  const names = `${option.short === undefined ? '' : `-s ${option.short.slice(1)} `}-l ${option.long.slice(2)}`;
  const fits = argumentsFor(fittingIn(option));
  // -x: files are not offered where the value is none
  const value = option.value === undefined ? '' : ` ${fits.startsWith('-F') ? '-r' : '-x'} ${fits}`.trimEnd();
  return `${names}${value} -d ${quote(option.description)}`;
}

/** What completes a place. */
function argumentsFor(value: readonly string[] | ValueKind | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return `-a ${quote(value.join(' '))}`;
  return byKind[value];
}

const byKind: Readonly<Record<ValueKind, string>> = {
  rules: "-a '(__nearmetal_rules)'",
  guests: "-a '(__nearmetal_guests)'",
  intents: "-a '(__nearmetal_guest_intents)'",
  'intent-words': "-a '(__nearmetal_intents)'",
  files: '-F',
  folders: "-a '(__fish_complete_directories)'",
  sources: '-F',
  'guest-or-file': "-F -a '(__nearmetal_guests)'",
  'guest-files': '-F',
  uris: "-a '(__nearmetal_uris)'",
  times: "-a '(__nearmetal_times)'",
  free: '',
};

const allPaths = (node: CommandNode): readonly string[] =>
  node.commands.flatMap(command => [command.path.slice(1).join(' '), ...allPaths(command)]);

const valuedNames = (node: CommandNode): readonly string[] => [
  ...new Set([
    ...node.options
      .filter(({ value }) => value !== undefined)
      .flatMap(({ long, short }) => [long, ...(short === undefined ? [] : [short])]),
    ...node.commands.flatMap(valuedNames),
  ]),
];

const pairs = (words: readonly Word[]): string =>
  words.map(({ word, says }) => `${quote(word)} ${quote(says)}`).join(' ');

/** A word of fish: between single quotes only \\ and ' are special. */
const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
