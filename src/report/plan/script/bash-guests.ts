import type { BashFunction } from '#report/plan/script/bash-function';

/** The functions of the bash export that change guests, by virsh. */
export const bashGuests: readonly BashFunction[] = [
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
  type python3 >/dev/null 2>&1 || [[ -x /usr/libexec/platform-python ]] || refuse 'guests need Python 3, which is not installed'
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
];
