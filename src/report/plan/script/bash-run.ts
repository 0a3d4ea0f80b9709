import type { BashFunction } from '#report/plan/script/bash-function';

/** The functions of the bash export that lead through a run. */
export const bashRun: readonly BashFunction[] = [
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
