import type { FileWork, Guard, PlanScript, ScriptStage, Work } from '#plan/script/plan-script';
import { bashAction } from '#report/plan/script/bash-action';
import { bashLibrary } from '#report/plan/script/bash-library';
import { bashWord } from '#report/plan/script/bash-word';
import { guestJson } from '#report/plan/script/guest-json';
import { guestProgram } from '#report/plan/script/guest-program';
import { headWords, remark, workWords } from '#report/plan/script/work-words';

/** Gives a plan as a program for bash. `file`: what it is called, for the lines that say how to use it. */
export function bashText(script: PlanScript): string {
  const { stages } = script;
  const works = stages.flatMap(stage => stage.works);
  const body = [...works.map(workText), dispatch(works), ...stages.map(stageText), mainText(script)].join('\n\n');
  const program = body.includes('\n  guest ') || body.includes('after_power_cycle ') ? [programText(script)] : [];
  return `${[head(script), libraryFor(body), ...program, body].join('\n\n')}\n`;
}

function head(script: PlanScript): string {
  const names = script.stages.map(({ name }) => name);
  const lines = [
    ...headWords(script),
    `Use: bash FILE [--check] ${names.join('|') || 'now'} [NUMBER...]`,
    '--check says what would be done, and touches nothing. With numbers only these changes are made.',
    'ROOT=FOLDER changes a tree of files; what only a running machine has is skipped there.',
    `BACKUP=FOLDER is where what is replaced is kept (mode 0700): /var/backups/nearmetal-${script.id} unless told otherwise.`,
    'ANY_HOST=yes lets it run on another host than the one it was made for.',
    ...(names.length > 1 ? [`First ${names.join(', then ')}: each when what the one before brought is in force.`] : []),
  ];
  return ['#!/bin/bash', ...lines.map(remark)].join('\n');
}

const programText = ({ orders }: PlanScript): string =>
  `guest_program=$(\n  cat <<'PYTHON'\n${guestProgram(orders)}PYTHON\n)`;

/** The functions that a text calls, and those that these call. */
function libraryFor(body: string): string {
  const used = new Set(['survey', 'make', 'finish']);
  for (let count = -1; count !== used.size; ) {
    count = used.size;
    const text = [body, ...bashLibrary.flatMap(([name, own]) => (used.has(name) ? [own] : []))].join('\n');
    const code = text.replaceAll(/^\s*#.*$/gm, '');
    for (const [name] of bashLibrary) if (calls(name).test(code)) used.add(name);
  }
  return bashLibrary
    .filter(([name]) => used.has(name))
    .map(([, own]) => own)
    .join('\n\n');
}

/** A name where a command stands. */
const calls = (name: string): RegExp =>
  new RegExp(`(?:^[ \\t]*|\\|\\|? |&& |then |else |\\) |\\$\\(|trap ')${name}(?:[ \\n;)]|$)`, 'm');

const isLive = ({ files }: Work): boolean => files.length === 0;

function workText(work: Work): string {
  const { number, files, guards, actions } = work;
  const lines = [
    ...files.map(fileText),
    ...guards.map(guardText),
    ...(files.length === 0 && guards.length === 0 ? ['once'] : []),
    ...(actions.length === 0 ? [] : ['due || return 0', ...actions.map(bashAction)]),
  ];
  const body = lines.map(line => `  ${line}`).join('\n');
  return `${workWords(work).map(remark).join('\n')}\nchange_${number}() {\n${body}\n}`;
}

function fileText(file: FileWork): string {
  const path = bashWord(file.path);
  switch (file.way) {
    case 'create':
      return `create ${path} ${file.mode} \\\n    ${bashWord(file.text)}`;
    case 'remove':
      return `remove ${path} \\\n    ${bashWord(file.text)}`;
    case 'edit':
      return [`edit ${path}`, ...file.hunks.flatMap(({ from, to }) => [bashWord(from), bashWord(to)])].join(
        ' \\\n    ',
      );
  }
}

function guardText(guard: Guard): string {
  switch (guard.on) {
    case 'knob':
      return `knob ${[guard.path, guard.before, guard.after].map(bashWord).join(' ')}`;
    case 'unit':
      return `unit ${[guard.name, guard.before, guard.after].map(bashWord).join(' ')}`;
    case 'guest':
      return `local parts\n  parts=${bashWord(guestJson(guard.parts))}\n  guest ${bashWord(guard.guest)} ${guard.half} "$parts"`;
  }
}

const dispatch = (works: readonly Work[]): string =>
  works.length === 0
    ? 'change() { :; }'
    : [
        'change() {',
        '  case $number in',
        ...works.map(({ number }) => `    ${number}) change_${number} ;;`),
        '  esac',
        '}',
      ].join('\n');

function stageText({ name, works, isAfterReboot, awaitedGuests }: ScriptStage): string {
  const gates = [
    ...(isAfterReboot ? ['after_reboot'] : []),
    ...(awaitedGuests.length === 0
      ? []
      : [
          'if [[ -z $root ]]; then',
          ...awaitedGuests.map(
            ({ guest, parts }) => `  after_power_cycle ${bashWord(guest)} \\\n    ${bashWord(guestJson(parts))}`,
          ),
          'fi',
        ]),
  ];
  const lines = works.map(work => `"$1" ${work.number} ${isLive(work) ? 'live' : 'files'}`);
  return [
    `# calls what it is given for each change of this stage`,
    `stage_${name.replaceAll('-', '_')}() {`,
    ...[...gates, ...lines].map(line => `  ${line}`),
    '}',
  ].join('\n');
}

function mainText({ id, host, stages }: PlanScript): string {
  const names = stages.length === 0 ? ['now'] : stages.map(({ name }) => name);
  const reboots = stages.some(({ isAfterReboot }) => isAfterReboot);
  return [
    `usage() {
  printf 'usage: bash FILE [--check] ${names.join('|')} [NUMBER...]\\n' >&2
  exit 2
}`,
    `
# does one thing with a change, if it is wanted
wanted() {
  [[ -z $numbers || $numbers == *" $1 "* ]] || return 0
  "$does" "$@"
}`,
    `
set -Eeuo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
umask 077
made=0 already=0 skipped=0 number='-' is_check='' verb=made
trap 'refuse "line $LINENO failed"' ERR

if [[ \${1-} == --check ]]; then
  is_check=1 verb='would be made'
  shift
fi
(($# > 0)) || usage
stage=$1
shift
numbers=\${*:+ $* }
root=
if [[ -n \${ROOT-} ]]; then root=$(realpath -- "$ROOT"); fi
root=\${root%/}
backup=\${BACKUP:-$root/var/backups/nearmetal-${id}}`,
    ...(reboots ? ['boot_id=/proc/sys/kernel/random/boot_id'] : []),
    `if [[ -z $root ]] && ((EUID != 0)); then refuse 'this needs root, or ROOT=FOLDER'; fi`,
    ...(host.id === undefined || !/^[0-9a-f]{16}$/.test(host.id) ? [] : [hostCheck(host.id, host.name)]),
    `case $stage in
${names.map(name => `  ${name}) run=stage_${name.replaceAll('-', '_')} ;;`).join('\n')}
  *) usage ;;
esac
# first all are looked at, so that nothing is done where one is refused
does=survey
"$run" wanted
does='make'
"$run" wanted`,
    ...(reboots
      ? [
          `if [[ -z $root && -z $is_check ]] && { ((made > 0)) || [[ ! -e $backup/boot-id ]]; }; then
  mkdir -p -- "$backup"
  cat "$boot_id" >"$backup/boot-id"
fi`,
        ]
      : []),
    "finish 'done'",
  ].join('\n');
}

const hostCheck = (id: string, name: string): string => `if [[ \${ANY_HOST-} != yes && -r $root/etc/machine-id ]]; then
  machine=$(<"$root/etc/machine-id")
  own=$(printf '%s' "$machine" | sha256sum)
  if [[ $machine =~ ^[0-9a-f]{32}$ && \${own:0:16} != ${id} ]]; then
    refuse ${bashWord(`this plan is for the host ${name}, not for this one; ANY_HOST=yes if that is meant`)}
  fi
fi`;
