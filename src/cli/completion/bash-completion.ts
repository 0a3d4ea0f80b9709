import type { ArgumentNode, CommandNode, OptionNode } from '#cli/command-tree';
import { fittingIn, type ValueKind } from '#cli/completion/value-kinds';
import type { Words } from '#cli/completion/words';

/**
 * Gives the script for bash: works with and without the package bash-completion, from bash 4.4 on. It holds every word that does not
 * depend on a machine, so that a press of the key starts no process; only names of guests are asked for.
 */
export function bashCompletion(tree: CommandNode, words: Words): string {
  const nodes = allNodes(tree);
  return `# bash completion for nearmetal ${words.version}, made by: nearmetal completion bash
# Put it where bash-completion looks: ~/.local/share/bash-completion/completions/nearmetal

_nearmetal_areas='${list(words.areas)}'
_nearmetal_sections='${list(words.sections)}'
_nearmetal_rules='${list(words.rules)}'
_nearmetal_intents='${list(words.intents)}'
_nearmetal_uris='${list(words.uris)}'
_nearmetal_times='${list(words.times)}'

# what a command knows: its subcommands, all options, those that take a value
_nearmetal_about() {
  subs='' options='' valued=''
  case $1 in
${nodes.map(aboutCase).join('\n')}
  esac
}

# what fits after an option, or as the argument in a place (from 0)
_nearmetal_fits() {
  case $1 in
${nodes.flatMap(fitCases).join('\n')}
  esac
}

# adds the words that begin with $2, each with $3 before it
_nearmetal_add() {
  local word
  for word in $1; do
    [[ $word == "$2"* ]] && COMPREPLY+=("\${3-}$word")
  done
}

_nearmetal_add_guests() {
  local name quoted
  while IFS= read -r name; do
    printf -v quoted %q "$name"
    [[ -n $name && ($name == "$1"* || $quoted == "$1"*) ]] && COMPREPLY+=("$quoted\${2-}")
  done < <("\${words[0]}" __guests -- "\${words[@]:1:cword-1}" 2>/dev/null)
}

_nearmetal_add_files() {
  local name
  while IFS= read -r name; do
    [[ -n $name ]] && COMPREPLY+=("$name")
  done < <(compgen "\${2--f}" -- "$1")
  compopt -o filenames 2>/dev/null
}

_nearmetal_value() {
  local kind=$1 cur=$2
  case $kind in
    rules)
      _nearmetal_add "$_nearmetal_areas $_nearmetal_sections" "$cur"
      [[ -n $cur ]] && _nearmetal_add "$_nearmetal_rules" "$cur"
      ;;
    guests) _nearmetal_add_guests "$cur" ;;
    intents)
      if [[ $cur == *=* ]]; then
        _nearmetal_add "$_nearmetal_intents" "\${cur#*=}" "\${cur%%=*}="
      else
        _nearmetal_add "$_nearmetal_intents" "$cur"
        _nearmetal_add 'host=' "$cur"
        _nearmetal_add_guests "$cur" =
        [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
      fi
      ;;
    intent-words) _nearmetal_add "$_nearmetal_intents" "$cur" ;;
    guest-files)
      if [[ $cur == *=* ]]; then
        local before=\${cur%%=*}=
        _nearmetal_add_files "\${cur#*=}"
        COMPREPLY=("\${COMPREPLY[@]/#/$before}")
      else
        _nearmetal_add_files "$cur"
        _nearmetal_add_guests "$cur" =
      fi
      ;;
    guest-or-file)
      _nearmetal_add_guests "$cur"
      _nearmetal_add_files "$cur"
      ;;
    files | sources) _nearmetal_add_files "$cur" ;;
    folders) _nearmetal_add_files "$cur" -d ;;
    uris) _nearmetal_add "$_nearmetal_uris" "$cur" ;;
    times) _nearmetal_add "$_nearmetal_times" "$cur" ;;
    =*) _nearmetal_add "\${kind#=}" "$cur" ;;
  esac
}

_nearmetal() {
  COMPREPLY=()
  # bash cuts words at = and : too; what stands together is put together again
  local line=\${COMP_LINE:0:COMP_POINT} words=() cword i piece trimmed
  for ((i = 0; i <= COMP_CWORD; i++)); do
    trimmed=\${line#"\${line%%[![:blank:]]*}"}
    piece=\${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && piece=$trimmed
    if ((i == 0)) || [[ $trimmed != "$line" || -z $line && -z $piece ]]; then
      words+=("$piece")
    else
      words[\${#words[@]}-1]+=$piece
    fi
    line=\${trimmed#"$piece"}
  done
  cword=$((\${#words[@]} - 1))

  local cur=\${words[cword]} path='' subs options valued word waiting='' place=0 onlyArguments=''
  _nearmetal_about "$path"
  for word in "\${words[@]:1:cword-1}"; do
    if [[ -n $waiting ]]; then
      waiting=''
    elif [[ -z $onlyArguments && $word == -- ]]; then
      onlyArguments=yes
    elif [[ -z $onlyArguments && $word == -* ]]; then
      [[ " $valued " == *" $word "* ]] && waiting=$word
    elif [[ -n $subs && " $subs " == *" $word "* ]]; then
      path="\${path:+$path }$word"
      _nearmetal_about "$path"
    else
      ((++place))
    fi
  done

  if [[ -n $waiting ]]; then
    _nearmetal_value "$(_nearmetal_fits "$path $waiting")" "$cur"
  elif [[ -z $onlyArguments && $cur == --*=* ]]; then
    _nearmetal_value "$(_nearmetal_fits "$path \${cur%%=*}")" "\${cur#*=}"
    COMPREPLY=("\${COMPREPLY[@]/#/\${cur%%=*}=}")
  elif [[ -z $onlyArguments && $cur == -* ]]; then
    _nearmetal_add "$options" "$cur"
  else
    [[ -n $subs && $place -eq 0 ]] && _nearmetal_add "$subs" "$cur"
    _nearmetal_value "$(_nearmetal_fits "$path $place")" "$cur"
  fi

  # and bash wants back what comes behind the last cut
  local cut=''
  [[ $COMP_WORDBREAKS == *=* && $cur == *=* ]] && cut=\${cur%"\${cur##*=}"}
  [[ $COMP_WORDBREAKS == *:* && $cur == *:* ]] && word=\${cur%"\${cur##*:}"} && ((\${#word} > \${#cut})) && cut=$word
  [[ -n $cut ]] && COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
  return 0
}

complete -F _nearmetal nearmetal
`;
}

const list = (words: readonly { readonly word: string }[]): string => words.map(({ word }) => word).join(' ');

/** A command and all below it. */
const allNodes = (node: CommandNode): readonly CommandNode[] => [node, ...node.commands.flatMap(allNodes)];

const pathOf = ({ path }: CommandNode): string => path.slice(1).join(' ');

function aboutCase(node: CommandNode): string {
  const namesOf = (options: readonly OptionNode[]): string =>
    options.flatMap(({ long, short }) => (short === undefined ? [long] : [short, long])).join(' ');
  const valued = node.options.filter(({ value }) => value !== undefined);
  const subs = node.commands.map(({ name }) => name).join(' ');
  return `    '${pathOf(node)}') subs='${subs}' options='${namesOf(node.options)}' valued='${namesOf(valued)}' ;;`;
}

function fitCases(node: CommandNode): readonly string[] {
  const path = pathOf(node);
  const option = (one: OptionNode): string => {
    const names = one.short === undefined ? [one.long] : [one.short, one.long];
    return `    ${names.map(name => `'${path} ${name}'`).join(' | ')}) echo '${word(fittingIn(one))}' ;;`;
  };
  const argument = (one: ArgumentNode, at: number): string =>
    `    '${path} '${one.isVariadic ? '*' : `'${at}'`}) echo '${word(fittingIn(one))}' ;;`;
  return [...node.options.filter(({ value }) => value !== undefined).map(option), ...node.arguments.map(argument)];
}

/** How a kind, or a list of choices, is told between the functions of the script. */
const word = (value: readonly string[] | ValueKind | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : `=${value.join(' ')}`;
