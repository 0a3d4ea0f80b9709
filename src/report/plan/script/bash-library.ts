/** The functions of the bash export, by name, in the order in which they stand there. One that nothing uses is left out. */
export const bashLibrary: readonly (readonly [name: string, text: string])[] = [
  [
    'refuse',
    `refuse() {
  printf 'change %s: %s\\n' "$number" "$*" >&2
  finish failed
  exit 1
}`,
  ],
  [
    'say',
    `say() {
  printf 'change %s: %s\\n' "$number" "$*"
}`,
  ],
  [
    'place',
    `# where a file is; below ROOT no link is followed, for it could lead out of the tree
place() {
  if [[ -z $root ]]; then
    at=$(realpath -m -- "$1" && printf .)
    at=\${at%$'\\n.'}
  elif [[ $(realpath -m -- "$root$1") == "$root$1" ]]; then
    at=$root$1
  else
    refuse "$1 is, or is in, a link, which is not followed in a tree"
  fi
  [[ ! -e $at || -f $at ]] || refuse "$1 is no regular file"
}`,
  ],
  [
    'take',
    `# reads a file into text
take() {
  text=
  IFS= read -r -d '' text <"$1" || true
  ((\${#text} == $(stat -L -c %s -- "$1"))) || refuse "$1 is no text"
}`,
  ],
  [
    'keep',
    `# keeps what stood there before the first change, once
keep() {
  local copy=$backup/files$1
  if [[ ! -e $copy && ! -e $copy.absent ]]; then
    mkdir -p -- "\${copy%/*}"
    if [[ -e $at ]]; then
      cp -p -- "$at" "$copy.new"
      sync -- "$copy.new"
      mv -T -- "$copy.new" "$copy"
    else
      : >"$copy.absent"
    fi
  fi
}`,
  ],
  [
    'put',
    `# puts text in the place of a file: written beside it and renamed; rights and owner stay, a new file gets those told
put() {
  local draft=\${at%/*}/.\${at##*/}.nearmetal
  keep "$1"
  (umask 022 && mkdir -p -- "\${at%/*}")
  rm -f -- "$draft"
  if [[ -e $at ]]; then
    cp --attributes-only --preserve=all -- "$at" "$draft"
  else
    : >"$draft"
    chmod -- "$2" "$draft"
  fi
  printf '%s' "$text" >"$draft"
  sync -- "$draft"
  mv -T -- "$draft" "$at"
  if [[ -z $root ]] && type restorecon >/dev/null 2>&1; then restorecon -- "$at" || true; fi
}`,
  ],
  [
    'stands',
    `# counts how a thing stands: before (it is to be changed), after (it was), or else in words, which refuses
stands() {
  case $2 in
    after) ;;
    before)
      todo=1
      [[ $phase != back ]] || refuse "$1 was not taken"
      ;;
    *) refuse "$1 $2" ;;
  esac
}`,
  ],
  [
    'create',
    `# create PATH MODE TEXT
create() {
  place "$1"
  if [[ ! -e $at ]]; then
    stands "$1" before
    text=$3
    if [[ $phase == 'make' ]]; then put "$1" "$2"; fi
    return
  fi
  take "$at"
  if [[ $text == "$3" ]]; then stands "$1" after; else stands "$1" 'was not there when this was planned'; fi
}`,
  ],
  [
    'edit',
    `# edit PATH FROM TO [FROM TO]...: lines, with a newline before and behind them; \\002 and \\003 stand for the ends of the file
edit() {
  local path=$1 rest differs=
  shift
  place "$path"
  [[ -e $at ]] || refuse "$path is not there any more"
  take "$at"
  text=$'\\n\\002\\n'$text$'\\n\\003\\n'
  while (($# > 0)); do
    if [[ $text == *"$1"* ]]; then
      rest=\${text#*"$1"}
      [[ $'\\n'$rest != *"$1"* ]] || refuse "$path has these lines twice:$1"
      text=\${text%%"$1"*}$2$rest
      differs=1
    elif [[ $text != *"$2"* ]]; then
      refuse "$path is not as it was planned for; it lacks these lines:$1"
    fi
    shift 2
  done
  text=\${text:3:\${#text}-6}
  if [[ -z $differs ]]; then
    stands "$path" after
  else
    stands "$path" before
    if [[ $phase == 'make' ]]; then put "$path" 0644; fi
  fi
}`,
  ],
  [
    'remove',
    `# remove PATH TEXT
remove() {
  place "$1"
  if [[ ! -e $at ]]; then
    stands "$1" after
    return
  fi
  take "$at"
  [[ $text == "$2" ]] || refuse "$1 holds more than was planned for"
  stands "$1" before
  if [[ $phase == 'make' ]]; then
    keep "$1"
    rm -f -- "$at"
  fi
}`,
  ],
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
  [
    'python',
    `# RHEL 8 has its own Python under this name alone
python() {
  if type python3 >/dev/null 2>&1; then python3 "$@"; else /usr/libexec/platform-python "$@"; fi
}`,
  ],
  [
    'find_guest',
    `# finds a guest by its name alone: virsh would take a name of digits for a number
find_guest() {
  uuid=$(virsh domuuid --domain "$1") || refuse "there is no guest $1"
  [[ $(virsh domname --domain "$uuid") == "$1" ]] || refuse "virsh takes $1 for another guest"
  info=$(virsh dominfo --domain "$uuid")
  [[ $info =~ Persistent:\\ +yes ]] || refuse "$1 has no stored definition"
  [[ ! $info =~ Managed\\ save:\\ +yes ]] || refuse "an image of $1 was saved, which keeps the old definition"
  job=$(virsh domjobinfo --domain "$uuid" 2>/dev/null) || job=
  [[ -z $job || $job =~ Job\\ type:\\ +None ]] || refuse "a job of $1 runs"
}`,
  ],
  [
    'guest_half',
    `# prints one half of a guest: stored or running
guest_half() {
  if [[ $1 == stored ]]; then
    virsh dumpxml --inactive --domain "$uuid"
  else
    virsh dumpxml --domain "$uuid"
  fi
}`,
  ],
  [
    'guest',
    `# guest NAME stored|running PARTS: a guest follows what was asked of it in its own time
guest() {
  local now tries
  find_guest "$1"
  [[ $2 == stored || $(virsh domstate --domain "$uuid") != 'shut off' ]] || refuse "$1 does not run"
  for ((tries = 30; ; tries--)); do
    now=$(guest_half "$2" | python -c "$guest_program" tell "$3")
    if [[ $phase != back || $2 == stored || $now == after ]] || ((tries == 0)); then break; fi
    sleep 1
  done
  stands "guest $1" "$now"
}`,
  ],
  [
    'define',
    `# define NAME PARTS: what libvirt gives, secrets and all, edited and validated by its own schemas
define() {
  local copy=$backup/guests/$1.xml draft=$backup/new.xml
  find_guest "$1"
  mkdir -p -- "$backup/guests"
  if [[ ! -e $copy ]]; then
    virsh dumpxml --inactive --security-info --domain "$uuid" >"$copy.new"
    sync -- "$copy.new"
    mv -T -- "$copy.new" "$copy"
  fi
  virsh dumpxml --inactive --security-info --domain "$uuid" | python -c "$guest_program" edit "$2" >"$draft"
  virsh define --validate --file "$draft" >/dev/null || {
    rm -f -- "$draft"
    refuse "libvirt does not take the new definition of $1"
  }
  rm -f -- "$draft"
}`,
  ],
  [
    'live',
    `# live NAME COMMAND [WORD]...: a command of virsh on the running half alone
live() {
  local command=$2
  find_guest "$1"
  shift 2
  virsh "$command" --domain "$uuid" "$@" --live >/dev/null || refuse "libvirt does not take: virsh $command $*"
}`,
  ],
  [
    'live_device',
    `# live_device NAME COMMAND XML
live_device() {
  local draft=$backup/device.xml
  printf '%s' "$3" >"$draft"
  live "$1" "$2" --file "$draft"
  rm -f -- "$draft"
}`,
  ],
  [
    'after_power_cycle',
    `# after_power_cycle NAME PARTS: what a guest was given must be what it runs with, unless it is off
after_power_cycle() {
  local now
  find_guest "$1"
  [[ $(virsh domstate --domain "$uuid") != 'shut off' ]] || return 0
  now=$(guest_half running | python -c "$guest_program" tell "$2")
  [[ $now == after ]] || refuse "guest $1 was not off and on again yet: $now"
}`,
  ],
  [
    'after_reboot',
    `after_reboot() {
  [[ -z $root ]] || return 0
  [[ -r $backup/boot-id ]] || refuse "the stage before this one was not run with BACKUP=$backup"
  [[ $(<"$backup/boot-id") != "$(<"$boot_id")" ]] || refuse 'the host was not rebooted yet'
}`,
  ],
  [
    'once',
    `# programs alone: nothing tells that they were run but that we did it
once() {
  if [[ ! -e $backup/done-$number ]]; then todo=1; fi
}`,
  ],
  [
    'due',
    `# whether what comes next is to be done now
due() {
  [[ $phase == 'make' ]]
}`,
  ],
  [
    'finish',
    `# the last line, as Salt reads it
finish() {
  local changed=no
  ((made == 0)) || changed=yes
  printf "changed=%s comment='%s: %s %s, %s there already, %s not live'\\n" \\
    "$changed" "$1" "$made" "$verb" "$already" "$skipped"
}`,
  ],
  [
    'survey',
    `# survey NUMBER live|files: how a change stands, nothing is touched; below ROOT what only a running machine has is left out
survey() {
  number=$1 todo='' phase=look
  if [[ -n $root && $2 == live ]]; then
    todo=skip
  else
    change
    if [[ -e $backup/unfinished-$number ]]; then todo=1; fi
  fi
}`,
  ],
  [
    'make',
    `# make NUMBER live|files: makes a change where it is to be made, and reads back
make() {
  survey "$@"
  case $todo in
    skip)
      skipped=$((skipped + 1))
      say 'skipped: not live'
      return
      ;;
    '')
      already=$((already + 1))
      say 'is so already'
      return
      ;;
  esac
  made=$((made + 1))
  if [[ -n $is_check ]]; then
    say 'would be made'
    return
  fi
  phase='make'
  mkdir -p -- "$backup"
  chmod 0700 -- "$backup"
  : >"$backup/unfinished-$number"
  change
  phase=back
  change
  mv -T -- "$backup/unfinished-$number" "$backup/done-$number"
  say 'made'
}`,
  ],
];
