import type { CommandNode, OptionNode } from '#cli/command-tree';
import { fittingIn, type ValueKind } from '#cli/completion/value-kinds';
import type { Word, Words } from '#cli/completion/words';

/** Gives the script for zsh 5: a file of fpath, or to be sourced after compinit. Only names of guests are asked for. */
export function zshCompletion(tree: CommandNode, words: Words): string {
  return `#compdef nearmetal
# zsh completion for nearmetal ${words.version}, made by: nearmetal completion zsh
# Put it as _nearmetal into a folder of fpath, before compinit runs

_nearmetal_rules() {
  local -a areas=(${described(words.areas)})
  local -a sections=(${described(words.sections)})
  local -a rules=(${described(words.rules)})
  _describe -t areas area areas
  _describe -t sections 'section of the guide' sections
  _describe -t rules rule rules
}

_nearmetal_guests() {
  local -a guests=("\${(@f)$(_call_program guests \${(q)nearmetal_line[1]} __guests -- \${(q)nearmetal_line[2,CURRENT_WORD-1]} 2>/dev/null)}")
  guests=(\${guests:#})
  (( $#guests )) && compadd "$@" -J guests -X guest -a guests
}

_nearmetal_intent_words() {
  local -a intents=(${words.intents.map(({ word }) => quote(word)).join(' ')})
  compadd "$@" -J intents -X intent -a intents
}

_nearmetal_intents() {
  if compset -P 1 '*='; then
    _nearmetal_intent_words
  else
    _nearmetal_intent_words
    compadd -S = -J guests host
    _nearmetal_guests -S =
  fi
}

_nearmetal_guest_files() {
  if compset -P 1 '*='; then
    _files
  else
    _files
    _nearmetal_guests -S =
  fi
}

_nearmetal_guest_or_file() {
  _nearmetal_guests
  _files
}

_nearmetal_uris() {
  local -a uris=(${words.uris.map(({ word }) => quote(word)).join(' ')})
  compadd -J uris -X 'libvirt connection' -a uris
}

_nearmetal_times() {
  local -a times=(${words.times.map(({ word }) => quote(word)).join(' ')})
  compadd -J times -X 'time' -a times
}

${functionsOf(tree).join('\n\n')}

_nearmetal() {
  # _arguments takes words away as it goes down
  local -a nearmetal_line=("\${words[@]}")
  local -i CURRENT_WORD=CURRENT
  _nearmetal_at
}

if [[ $funcstack[1] == _nearmetal ]]; then
  _nearmetal "$@"
else
  compdef _nearmetal nearmetal
fi
`;
}

/** A function for each command. */
function functionsOf(node: CommandNode): readonly string[] {
  const name = functionOf(node);
  const specs = [
    ...node.options.map(optionSpec),
    ...(node.commands.length > 0
      ? ["'1: :->command'", "'*:: :->rest'"]
      : node.arguments.map((one, at) => {
          const place = one.isVariadic ? '*' : `${at + 1}${one.isRequired ? '' : ':'}`;
          return quote(`${place}:${spec(one.name)}:${action(fittingIn(one))}`.replace('*::', '*:'));
        })),
  ];
  const list = specs.map(one => ` \\\n    ${one}`).join('');
  if (node.commands.length === 0) return [`${name}() {\n  _arguments -s -S${list}\n}`];
  const commands = node.commands.map(({ name: word, description }) => ({ word, says: description }));
  return [
    `${name}() {
  local curcontext="$curcontext" state line
  local -A opt_args
  _arguments -C -s -S${list} && return
  case $state in
    command)
      local -a commands=(${described(commands)})
      _describe -t commands command commands
      ;;
    rest)
      case $words[1] in
${node.commands.map(command => `        ${command.name}) ${functionOf(command)} ;;`).join('\n')}
      esac
      ;;
  esac
}`,
    ...node.commands.flatMap(functionsOf),
  ];
}

const functionOf = ({ path }: CommandNode): string => ['_nearmetal_at', ...path.slice(1)].join('_');

function optionSpec(option: OptionNode): string {
  const says = `[${spec(option.description)}]`;
  const value = option.value === undefined ? '' : `:${spec(option.value)}:${action(fittingIn(option))}`;
  const equals = option.value === undefined ? '' : '=';
  const { long, short } = option;
  if (short === undefined) return quote(`${option.isRepeatable ? '*' : ''}${long}${equals}${says}${value}`);
  const both = `{${short}${option.value === undefined ? '' : '+'},${long}${equals}}`;
  return `${quote(option.isRepeatable ? '*' : `(${short} ${long})`)}${both}${quote(`${says}${value}`)}`;
}

/** What completes a place. */
function action(value: readonly string[] | ValueKind | undefined): string {
  if (value === undefined) return ' ';
  return typeof value === 'string' ? byKind[value] : `(${value.join(' ')})`;
}

const byKind: Readonly<Record<ValueKind, string>> = {
  rules: '_nearmetal_rules',
  guests: '_nearmetal_guests',
  intents: '_nearmetal_intents',
  'intent-words': '_nearmetal_intent_words',
  files: '_files',
  folders: '_files -/',
  sources: '_files',
  'guest-or-file': '_nearmetal_guest_or_file',
  'guest-files': '_nearmetal_guest_files',
  uris: '_nearmetal_uris',
  times: '_nearmetal_times',
  free: ' ',
};

/** Words for _describe: a colon ends the word. */
const described = (words: readonly Word[]): string =>
  words.map(({ word, says }) => quote(`${word.replaceAll(':', '\\:')}:${says}`)).join(' ');

/** Text within a specification of _arguments, where : and brackets are special. */
const spec = (text: string): string => text.replaceAll(/[:[\]\\]/g, '\\$&');

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
