import type { FileWork, Work } from '#plan/script/plan-script';
import { templateSafe } from '#report/plan/script/work-words';
import { yamlText } from '#report/plan/script/yaml-text';

/** A file of a work, by a name that tasks know it by. */
export interface NamedFile {
  readonly key: string;
  readonly file: FileWork;
}

/** Gives the tasks that look at the files of a work, and refuse where one is not as it was; `$tags` stands for the tags of the stage. */
export function lookTasks(number: number, files: readonly NamedFile[], hasPrograms: boolean): readonly string[] {
  if (files.length === 0) return [];
  return [
    ...files.flatMap(({ key, file }) => [
      ...stat(`change ${number}: is the file there`, fileVars(key, false), place, `nearmetal_stat_${key}`),
      ...(file.way === 'create'
        ? stat(
            `change ${number}: is its folder there`,
            fileVars(key, false),
            `${place} | dirname`,
            `nearmetal_folder_${key}`,
          )
        : []),
      `- name: "change ${number}: no link leads out of the tree"`,
      ...fileVars(key, false),
      '  ansible.builtin.command:',
      `    argv: "{{ ['realpath', '-m', '--', nearmetal_root, ${place}] }}"`,
      `  register: nearmetal_real_${key}`,
      "  when: nearmetal_root != ''",
      '  changed_when: false',
      '  check_mode: false',
      '$tags',
      `- name: "change ${number}: what is in it"`,
      ...fileVars(key, false),
      '  ansible.builtin.slurp:',
      `    src: "{{ ${place} }}"`,
      `  register: nearmetal_seen_${key}`,
      `  when: nearmetal_stat_${key}.stat.exists`,
      '$tags',
      `- name: "change ${number}: it is as it was planned for"`,
      ...fileVars(key, true),
      '  ansible.builtin.assert:',
      '    that:',
      '      - not stat.stat.exists or stat.stat.isreg',
      `      - nearmetal_root == '' or nearmetal_real_${key}.stdout_lines[1] == nearmetal_real_${key}.stdout_lines[0] ~ file.path`,
      '      - nearmetal_is_sound | bool',
      `    fail_msg: ${yamlText(templateSafe(`${file.path} is not as it was when this was planned, or is a link in a tree.`))}`,
      '    quiet: true',
      '$tags',
    ]),
    ...(hasPrograms
      ? stat(
          `change ${number}: was it broken off`,
          [],
          `nearmetal_backup ~ '/unfinished-${number}'`,
          `nearmetal_unfinished_${number}`,
        )
      : []),
  ];
}

/** Gives the tasks that change the files of a work: what is replaced is kept first; then its programs are started. */
export function fileTasks(work: Work, files: readonly NamedFile[], name: string): readonly string[] {
  const { number, actions } = work;
  const runs = actions.flatMap(action => (action.do === 'run' ? [action.argv] : []));
  const marker = `    path: "{{ nearmetal_backup }}/unfinished-${number}"`;
  return [
    ...files.flatMap(one => writeTasks(name, one, runs.length > 0 ? number : undefined)),
    ...runs.flatMap(argv => [
      `- name: ${yamlText(templateSafe(`change ${number}: ${argv.join(' ')}`))}`,
      '  ansible.builtin.command:',
      `    argv: [${argv.map(word => `!unsafe ${yamlText(word)}`).join(', ')}]`,
      `  when: nearmetal_root == '' and (${[`nearmetal_unfinished_${number}.stat.exists`, ...files.map(({ key }) => `nearmetal_wrote_${key} is changed`)].join(' or ')})`,
      '  changed_when: true',
      '$tags',
    ]),
    ...(runs.length === 0
      ? []
      : [
          `- name: "change ${number}: it is finished"`,
          '  ansible.builtin.file:',
          marker,
          '    state: absent',
          '  when: not ansible_check_mode',
          '  changed_when: false',
          '$tags',
        ]),
  ];
}

function writeTasks(name: string, { key, file }: NamedFile, marked: number | undefined): readonly string[] {
  const due = '  when: nearmetal_is_due | bool';
  const dueForReal = '  when: not ansible_check_mode and nearmetal_is_due | bool';
  const vars = fileVars(key, true);
  const isNew = file.way === 'create';
  return [
    `- name: ${yamlText(`${name}: a folder for what is replaced`)}`,
    ...vars,
    '  ansible.builtin.file:',
    '    path: "{{ item }}"',
    '    state: directory',
    '    mode: "0700"',
    '  loop: "{{ [nearmetal_backup, (nearmetal_backup ~ \'/files\' ~ file.path) | dirname] }}"',
    dueForReal,
    '$tags',
    `- name: ${yamlText(`${name}: what stood there is kept`)}`,
    ...vars,
    '  ansible.builtin.copy:',
    ...(isNew
      ? ['    content: ""', '    dest: "{{ nearmetal_backup }}/files{{ file.path }}.absent"', '    mode: "0600"']
      : [
          `    src: "{{ ${place} }}"`,
          '    dest: "{{ nearmetal_backup }}/files{{ file.path }}"',
          '    remote_src: true',
          '    mode: preserve',
        ]),
    '    force: false',
    dueForReal,
    '$tags',
    ...(marked === undefined
      ? []
      : [
          `- name: "change ${marked}: it is begun"`,
          ...vars,
          '  ansible.builtin.copy:',
          '    content: ""',
          `    dest: "{{ nearmetal_backup }}/unfinished-${marked}"`,
          '    mode: "0600"',
          dueForReal,
          '$tags',
        ]),
    ...(isNew
      ? [
          `- name: ${yamlText(`${name}: its folder`)}`,
          ...vars,
          '  ansible.builtin.file:',
          `    path: "{{ ${place} | dirname }}"`,
          '    state: directory',
          '    mode: "0755"',
          `  when: not nearmetal_folder_${key}.stat.exists and nearmetal_is_due | bool`,
          '$tags',
        ]
      : []),
    `- name: ${yamlText(`${name}: ${templateSafe(file.path)}`)}`,
    ...vars,
    ...(file.way === 'remove'
      ? ['  ansible.builtin.file:', `    path: "{{ ${place} }}"`, '    state: absent']
      : [
          '  ansible.builtin.copy:',
          `    content: "{{ ${isNew ? 'file.text' : 'nearmetal_edited[3:-3]'} }}"`,
          `    dest: "{{ ${place} }}"`,
          ...(isNew ? [`    mode: "${file.mode}"`] : []),
        ]),
    `  register: nearmetal_wrote_${key}`,
    isNew ? `${due} and not (ansible_check_mode and not nearmetal_folder_${key}.stat.exists)` : due,
    '$tags',
  ];
}

const place = 'nearmetal_root ~ file.path';

const stat = (name: string, vars: readonly string[], path: string, register: string): readonly string[] => [
  `- name: ${yamlText(name)}`,
  ...vars,
  '  ansible.builtin.stat:',
  `    path: "{{ ${path} }}"`,
  `    follow: "{{ nearmetal_root == '' }}"`,
  '    get_checksum: false',
  `  register: ${register}`,
  '$tags',
];

/** What is wanted of a file, and with `isSeen` what was looked at. */
const fileVars = (key: string, isSeen: boolean): readonly string[] => [
  '  vars:',
  `    file: "{{ nearmetal_file_${key} }}"`,
  ...(isSeen ? [`    stat: "{{ nearmetal_stat_${key} }}"`, `    seen: "{{ nearmetal_seen_${key} }}"`] : []),
];

/** Gives what is wanted of a file, as a variable of the play. */
export function fileVariable({ key, file }: NamedFile): readonly string[] {
  const wanted =
    file.way === 'edit'
      ? [
          '  hunks:',
          ...file.hunks.flatMap(({ from, to }) => [
            `    - from: !unsafe ${yamlText(from)}`,
            `      to: !unsafe ${yamlText(to)}`,
          ]),
        ]
      : [`  text: !unsafe ${yamlText(file.text)}`];
  return [`nearmetal_file_${key}:`, `  path: !unsafe ${yamlText(file.path)}`, `  way: ${file.way}`, ...wanted].map(
    line => `    ${line}`,
  );
}
