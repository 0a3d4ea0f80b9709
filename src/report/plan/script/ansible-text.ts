import type { PlanScript, ScriptStage, Work } from '#plan/script/plan-script';
import { fileTasks, fileVariable, lookTasks, type NamedFile } from '#report/plan/script/ansible-file';
import { bashText } from '#report/plan/script/bash-text';
import { headWords, remark, templateSafe, workWords } from '#report/plan/script/work-words';
import { yamlBlock, yamlText } from '#report/plan/script/yaml-text';

/**
 * Gives a plan as a playbook of ansible.builtin alone. Files are changed by its own modules, so that `--check` and `--diff` tell the truth;
 * knobs, units and guests by the program that the bash export is, change by change, since no module of ansible.builtin reads them back.
 */
export function ansibleText(script: PlanScript): string {
  const live = liveScript(script);
  const isLive = live.stages.length > 0;
  const head = [
    ...headWords(script),
    'Use: ansible-playbook [--check] [--diff] -i INVENTORY FILE',
    ...script.stages
      .slice(1)
      .map(({ name }) => `then, when it is time: ansible-playbook -i INVENTORY FILE --tags ${name}`),
    '-e ROOT=FOLDER changes a tree of files; what only a running machine has is skipped there.',
    `-e BACKUP=FOLDER is where what is replaced is kept (mode 0700): /var/backups/nearmetal-${script.id} unless told otherwise.`,
    '-e ANY_HOST=yes lets it run on another host than the one it was made for.',
  ];
  const play = [
    `- name: ${yamlText(`nearmetal plan ${script.id}`)}`,
    `  hosts: "{{ nearmetal_hosts | default('all') }}"`,
    '  gather_facts: false',
    `  become: "{{ nearmetal_root == '' }}"`,
    '  vars:',
    `    nearmetal_root: "{{ ROOT | default('', true) | regex_replace('/+$', '') }}"`,
    `    nearmetal_backup: "{{ BACKUP | default(nearmetal_root ~ '/var/backups/nearmetal-${script.id}', true) }}"`,
    ...fileExpressions,
    ...(isLive ? [`    nearmetal_program: !unsafe ${yamlBlock(bashText(live), 6)}`] : []),
    ...script.stages.flatMap(({ works }) => works.flatMap(filesOf)).flatMap(fileVariable),
    '  tasks:',
    ...hostTasks(script),
    ...script.stages.flatMap((stage, at) => stageTasks(stage, at, isLive, script)),
  ];
  return `---\n${head.map(remark).join('\n')}\n${play.join('\n')}\n`;
}

/** What the tasks of files ask: of `file`, what is wanted, and `stat` and `seen`, what was looked at. */
const fileExpressions: readonly string[] = [
  `    nearmetal_text: "{{ seen.content | default('') | b64decode }}"`,
  '    # the text with all hunks made; where one has no place, or two, nothing but the word wrong',
  '    nearmetal_edited: >-',
  "      {%- set now = namespace(text='\\n\\x02\\n' ~ nearmetal_text ~ '\\n\\x03\\n', wrong=not stat.stat.exists) -%}",
  '      {%- for hunk in file.hunks -%}',
  '      {%- if hunk.from in now.text -%}',
  '      {%- set parts = now.text.split(hunk.from, 1) -%}',
  "      {%- if hunk.from in '\\n' ~ parts[1] -%}{%- set now.wrong = true -%}{%- endif -%}",
  '      {%- set now.text = parts | join(hunk.to) -%}',
  '      {%- elif hunk.to not in now.text -%}{%- set now.wrong = true -%}{%- endif -%}',
  '      {%- endfor -%}',
  "      {{ 'wrong' if now.wrong else now.text }}",
  "    nearmetal_is_sound: \"{{ nearmetal_edited != 'wrong' if file.way == 'edit' else (not stat.stat.exists or nearmetal_text == file.text) }}\"",
  '    nearmetal_is_due: >-',
  "      {{ (nearmetal_edited[3:-3] != nearmetal_text) if file.way == 'edit' else (stat.stat.exists == (file.way == 'remove')) }}",
];

const onlyLive = (work: Work): boolean => work.files.length === 0;

const liveScript = (script: PlanScript): PlanScript => {
  const stages = script.stages.map(stage => ({ ...stage, works: stage.works.filter(onlyLive) }));
  const isNeeded = stages.some(
    ({ works, isAfterReboot, awaitedGuests }) => works.length + awaitedGuests.length > 0 || isAfterReboot,
  );
  return { ...script, left: [], notes: [], byHand: 0, stages: isNeeded ? stages : [] };
};

function hostTasks({ host }: PlanScript): readonly string[] {
  if (host.id === undefined || !/^[0-9a-f]{16}$/.test(host.id)) return [];
  return [
    '    - name: "host: its machine id is read"',
    '      ansible.builtin.slurp:',
    '        src: "{{ nearmetal_root }}/etc/machine-id"',
    '      register: nearmetal_machine',
    '      failed_when: false',
    '      tags: [always]',
    '    - name: "host: it is the one that the plan was made for"',
    '      vars:',
    `        id: "{{ nearmetal_machine.content | default('') | b64decode | trim }}"`,
    '      ansible.builtin.assert:',
    '        that: >-',
    `          ANY_HOST | default('') == 'yes' or id is not match('^[0-9a-f]{32}$') or (id | hash('sha256'))[:16] == '${host.id}'`,
    `        fail_msg: ${yamlText(templateSafe(`This plan is for the host ${host.name}; -e ANY_HOST=yes if another one is meant.`))}`,
    '        quiet: true',
    '      tags: [always]',
  ];
}

const filesOf = ({ number, files }: Work): readonly NamedFile[] =>
  files.map((file, at) => ({ key: `${number}_${at}`, file }));

function stageTasks(stage: ScriptStage, at: number, isLive: boolean, { stages }: PlanScript): readonly string[] {
  const { name, works } = stage;
  const tags = `      tags: [${name}${at === 0 ? '' : ', never'}]`;
  const hasProgram = works.some(onlyLive) || stage.isAfterReboot || stage.awaitedGuests.length > 0;
  const notes = at === 0 && stages.some(({ isAfterReboot }) => isAfterReboot);
  const tasks = [
    '# all is looked at first, so that nothing is done where one change is refused',
    ...works.flatMap(work => lookTasks(work.number, filesOf(work), work.actions.length > 0)),
    ...(isLive && hasProgram
      ? programTask('all: what only a running machine has is looked at', `'--check', '${name}'`, 'false')
      : []),
    ...works.flatMap(work => [
      ...workWords(work).map(remark),
      ...(onlyLive(work)
        ? programTask(
            workName(work),
            `'--check', '${name}', '${work.number}'] if ansible_check_mode else ['${name}', '${work.number}'`,
            changed,
          )
        : fileTasks(work, filesOf(work), workName(work))),
    ]),
    ...(notes
      ? programTask(
          'all: this boot is noted down',
          `'--check', '${name}', 'none'] if ansible_check_mode else ['${name}', 'none'`,
          'false',
        )
      : []),
  ];
  return tasks.flatMap(line => (line.startsWith('#') ? [`    ${line}`] : line === '$tags' ? [tags] : [`    ${line}`]));
}

const changed = "'changed=yes' in nearmetal_ran.stdout";

const workName = ({ number, changes }: Work): string =>
  templateSafe(`change ${number}: ${changes[0]?.planned.change.on ?? ''}`);

const programTask = (name: string, words: string, isChanged: string): readonly string[] => [
  `- name: ${yamlText(name)}`,
  '  ansible.builtin.command:',
  `    argv: "{{ ['bash', '-s', '--'] + ([${words}]) }}"`,
  '    stdin: "{{ nearmetal_program }}"',
  '  environment:',
  '    ROOT: "{{ nearmetal_root }}"',
  '    BACKUP: "{{ nearmetal_backup }}"',
  `    ANY_HOST: "{{ ANY_HOST | default('') }}"`,
  '  register: nearmetal_ran',
  `  changed_when: ${yamlText(isChanged)}`,
  '  check_mode: false',
  '$tags',
];
