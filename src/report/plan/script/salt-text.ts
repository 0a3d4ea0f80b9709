import type { PlanScript, ScriptStage, Work } from '#plan/script/plan-script';
import { bashText } from '#report/plan/script/bash-text';
import { headWords, remark, workWords } from '#report/plan/script/work-words';
import { yamlBlock, yamlText } from '#report/plan/script/yaml-text';

/**
 * Gives a plan as a state file of Salt. Each change is a state that has the bash export make it: Salt's own states neither refuse a file that
 * was changed meanwhile nor read a knob back. With `test=True` the states tell what they would do.
 */
export function saltText(script: PlanScript): string {
  const { id, stages } = script;
  const head = [
    ...headWords(script),
    'Use: salt MINION state.apply NAME [test=True] [pillar=…]',
    ...stages.slice(1).map(({ name }) => `then, when it is time: pillar='{"nearmetal": {"stage": "${name}"}}'`),
    'Pillar nearmetal:root names a tree of files to change; what only a running machine has is skipped there.',
    `Pillar nearmetal:backup names where what is replaced is kept (mode 0700): /var/backups/nearmetal-${id} unless told otherwise.`,
    'Pillar nearmetal:any_host: true lets it run on another host than the one it was made for.',
  ];
  return `${[
    '#!jinja|yaml',
    ...head.map(remark),
    "{%- set stage = salt['pillar.get']('nearmetal:stage', 'now') %}",
    "{%- set root = salt['pillar.get']('nearmetal:root', '') %}",
    "{%- set backup = salt['pillar.get']('nearmetal:backup', '') %}",
    "{%- set any_host = 'yes' if salt['pillar.get']('nearmetal:any_host', false) else 'no' %}",
    ...stages.flatMap(stage => stageStates(script, stage)),
    `{%- if stage not in [${['now', ...stages.map(({ name }) => name)].map(name => `'${name}'`).join(', ')}] %}`,
    `${yamlText(`nearmetal ${id} has no such stage`)}:`,
    '  test.fail_without_changes: []',
    '{%- endif %}',
  ].join('\n')}\n`;
}

function stageStates(script: PlanScript, { name, works }: ScriptStage): readonly string[] {
  const { id } = script;
  const look = `bash -s -- --check ${name} >/dev/null && echo "changed=no comment='all is as it was planned for'"`;
  const first = `nearmetal ${id} ${name}: all is looked at`;
  const nameOf = ({ number }: Work): string => `nearmetal ${id} change ${number}`;
  return [
    `{%- if stage == '${name}' %}`,
    `${yamlText(first)}:`,
    '  cmd.run:',
    `    - name: ${yamlText(look)}`,
    '    - env: &env',
    '      - ROOT: {{ root | tojson }}',
    '      - BACKUP: {{ backup | tojson }}',
    '      - ANY_HOST: "{{ any_host }}"',
    '{%- raw %}',
    `    - stdin: &program ${yamlBlock(bashText(script), 8)}`,
    '    - stateful:',
    `      - test_name: ${yamlText(look)}`,
    ...works.flatMap((work, at) => {
      const before = works[at - 1];
      return [
        '',
        ...workWords(work).map(remark),
        `${yamlText(nameOf(work))}:`,
        '  cmd.run:',
        `    - name: bash -s -- ${name} ${work.number}`,
        '    - env: *env',
        '    - stdin: *program',
        '    - stateful:',
        `      - test_name: bash -s -- --check ${name} ${work.number}`,
        '    - require:',
        `      - cmd: ${yamlText(before === undefined ? first : nameOf(before))}`,
      ];
    }),
    '{%- endraw %}',
    '{%- endif %}',
  ];
}
