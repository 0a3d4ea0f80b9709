import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { filesUnder } from './files.mjs';
import { purity } from './gates/purity.mjs';
import { longLines, sizes, tooLongLines } from './gates/sizes.mjs';
import { run } from './run.mjs';

const bin = path => resolve('node_modules', path);
const onNode = (path, ...args) => run(process.execPath, [bin(path), ...args]);

/**
 * The gates of `npm run check` before the unit tests. Each gives whether it passed, what it looked at in a few words, and
 * its output for when it failed. `seen` is how many things it looked at: none is a failure too. `skipped` says why a gate
 * could not be judged here.
 */
export const gates = [
  {
    name: 'types',
    async judge() {
      const source = `${resolve('src')}/`;
      const program = await onNode('typescript/bin/tsc', '-p', '.', '--pretty', 'false', '--listFiles');
      // what runs in a browser knows its document, and nothing of Node
      const browser = await onNode('typescript/bin/tsc', '-p', 'web', '--pretty', 'false', '--listFiles');
      const lines = `${program.output}\n${browser.output}`.split('\n');
      const errors = lines.filter(line => !line.startsWith('/'));
      const seen = lines.filter(line => line.startsWith(source)).length;
      const web = lines.filter(line => line.startsWith(`${resolve('web')}/`)).length;
      const passed = program.code === 0 && browser.code === 0 && web > 0;
      return { passed, seen, of: `files of src, ${web} of web`, output: errors.join('\n') };
    },
  },
  {
    name: 'oxlint',
    async judge() {
      const { code, output } = await onNode(
        'oxlint/bin/oxlint',
        '--type-aware',
        '--format=json',
        'src',
        'web',
        'test',
        'tools',
      );
      if (!output.startsWith('{')) return { passed: false, seen: undefined, of: '', output };
      const { diagnostics, number_of_files: seen } = JSON.parse(output);
      const lines = diagnostics.map(({ filename, labels, message, code: rule }) => {
        const { line, column } = labels[0]?.span ?? { line: 1, column: 1 };
        return `${filename}:${line}:${column}: ${message} [${rule}]`;
      });
      return { passed: code === 0 && lines.length === 0, seen, of: 'files', output: lines.join('\n') };
    },
  },
  {
    name: 'biome',
    async judge() {
      const { code, output } = await onNode('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--colors=off');
      return { passed: code === 0, seen: numberIn(/Checked (\d+) file/, output), of: 'files', output };
    },
  },
  {
    name: 'imports',
    async judge() {
      const { code, output } = await onNode(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.mjs',
        '--output-type',
        'err-long',
        'src',
        'test',
      );
      // given a TypeScript that it can't use, dependency-cruiser reads nothing and reports no violation
      const seen = numberIn(/(\d+) modules/, output);
      const there = (await filesUnder('src', '.ts')).length;
      const lacking = seen < there ? `\nOnly ${seen} modules were read, of ${there} files in src.` : '';
      return { passed: code === 0 && lacking === '', seen, of: 'modules', output: output + lacking };
    },
  },
  {
    name: 'purity',
    async judge() {
      const { files, faults } = await purity();
      return { passed: faults.length === 0, seen: files, of: 'files', output: faults.join('\n') };
    },
  },
  {
    name: 'unused code',
    async judge() {
      // knip doesn't tell how much it read; where an entry of its configuration matches nothing, that is an error
      const { code, output } = await onNode('knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors');
      return { passed: code === 0, seen: undefined, of: '', output };
    },
  },
  {
    name: 'sizes',
    async judge() {
      const { files, long, tooLong } = await sizes();
      const tell =
        limit =>
        ({ path, lines }) =>
          `${path} has ${lines} lines; ${limit}`;
      return {
        passed: tooLong.length === 0,
        seen: files,
        of: 'files',
        output: tooLong.map(tell(`more than ${tooLongLines} are not accepted`)).join('\n'),
        warnings: long.map(tell(`try to stay under ${longLines}`)),
      };
    },
  },
  {
    name: 'generated files',
    async judge() {
      const { code, output } = await run(process.execPath, ['tools/gen.mjs', '--check']);
      return { passed: code === 0, seen: numberIn(/(\d+) generated files/, output), of: 'files', output };
    },
  },
  {
    name: 'shell scripts',
    async judge() {
      const scripts = [
        ...['nearmetal', '.ci/run', 'tools/real-host/build-image.sh'],
        ...(await filesUnder('test', '.sh')),
      ];
      for (const script of scripts) await access(script);
      const { code, output } = await run('shellcheck', scripts);
      if (code === 127) return { passed: true, skipped: 'no shellcheck (Debian package shellcheck)', output };
      return { passed: code === 0, seen: scripts.length, of: 'scripts', output };
    },
  },
];

function numberIn(pattern, text) {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
