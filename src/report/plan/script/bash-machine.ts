import type { BashFunction } from '#report/plan/script/bash-function';

/** The functions of the bash export that change the running host: knobs, units, programs. */
export const bashMachine: readonly BashFunction[] = [
  [
    'reading',
    `# reads a knob into value: its words, or of a choice the chosen one
reading() {
  local -a words
  [[ -r $1 ]] || refuse "$1 is not there, or must not be read"
  IFS=$' \\t\\n' read -r -d '' -a words <"$1" || true
  value="\${words[*]}"
  if [[ $value =~ \\[([^]]+)\\] ]]; then value=\${BASH_REMATCH[1]}; fi
}`,
  ],
  [
    'knob',
    `# knob PATH BEFORE AFTER
knob() {
  reading "$1"
  case $value in
    "$3") stands "$1" after ;;
    "$2") stands "$1" before ;;
    *) stands "$1" "is $value, neither $2 nor $3" ;;
  esac
}`,
  ],
  [
    'set_knob',
    `# set_knob PATH TEXT: one write, which the kernel takes for a command
set_knob() {
  reading "$1"
  if [[ ! -e $backup/knobs$1 ]]; then
    mkdir -p -- "$backup/knobs\${1%/*}"
    printf '%s\\n' "$value" >"$backup/knobs$1"
  fi
  printf '%s' "$2" >"$1" || refuse "$1 did not take $2"
}`,
  ],
  [
    'await',
    `# await PATH TEXT SECONDS
await() {
  local tenths
  for ((tenths = $3 * 10; ; tenths--)); do
    reading "$1"
    [[ $value != "$2" ]] || return 0
    ((tenths > 0)) || refuse "$1 is $value after $3 s, not $2"
    sleep 0.1
  done
}`,
  ],
  [
    'unit',
    `# unit NAME BEFORE AFTER
unit() {
  local enabled active now
  enabled=$(systemctl is-enabled -- "$1" 2>/dev/null) || true
  active=$(systemctl is-active -- "$1" 2>/dev/null) || true
  case $enabled in
    masked*) now=masked ;;
    enabled* | alias) now=enabled ;;
    *) now=disabled ;;
  esac
  case $active in
    active | activating | reloading) now="$now active" ;;
    *) now="$now inactive" ;;
  esac
  case $now in
    "$3") stands "$1" after ;;
    "$2") stands "$1" before ;;
    *) stands "$1" "is $now, neither $2 nor $3" ;;
  esac
}`,
  ],
  [
    'start',
    `# start PROGRAM [WORD]...: it must end with 0
start() {
  if [[ -n $root ]]; then
    say "not live, not started: $*"
  else
    "$@" || refuse "$1 ended with $?"
  fi
}`,
  ],
];
