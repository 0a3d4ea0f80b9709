// The import rules, derived from the room table.
import { importsOf, programPackages, pureCore, rooms, typesOnlyPackages } from './tools/rooms.mjs';

/** Tests may import what they like; the program may not import them. */
const test = '\\.test\\.ts$|^test/';
const program = { pathNot: test };
const oneOf = names => `(${names.join('|')})`;

const roomRules = rooms.flatMap(room => {
  const { may, types } = importsOf(room);
  const from = { path: `^src/${room.name}/`, ...program };
  const known = [room.name, ...may, ...types];
  return [
    {
      name: `room-${room.name}`,
      comment: `${room.name} may import ${may.join(', ') || 'no other room'}${types.length > 0 ? `; types of ${types.join(', ')}` : ''}.`,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: `^src/${oneOf(known)}/` },
    },
    ...(types.length > 0
      ? [
          {
            name: `room-${room.name}-types-only`,
            comment: `Of ${types.join(', ')} ${room.name} may import types only.`,
            severity: 'error',
            from,
            to: { path: `^src/${oneOf(types)}/`, dependencyTypesNot: ['type-only'] },
          },
        ]
      : []),
    {
      name: `core-${room.name}`,
      comment: `Core modules that ${room.name} may import: ${[...pureCore, ...(room.core ?? [])].join(', ')}.`,
      severity: 'error',
      from,
      to: { dependencyTypes: ['core'], pathNot: `^(node:)?${oneOf([...pureCore, ...(room.core ?? [])])}$` },
    },
  ];
});

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'known-room',
      comment: 'Every folder of src/ has its row in tools/rooms.mjs; files beside the rooms are public doors only.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^src/(${oneOf(rooms.map(({ name }) => name))}/|index\\.ts$)` },
    },
    {
      name: 'rule-stands-alone',
      comment: 'No rule imports another, nor the data about all rules.',
      severity: 'error',
      from: { path: '^src/rules/[^/]+/', ...program },
      to: { path: '^src/rules/' },
    },
    {
      name: 'rules-by-index',
      comment: 'Rules are reached through the generated index.',
      severity: 'error',
      from: { pathNot: `^src/rules/index\\.gen\\.ts$|${test}` },
      to: { path: '^src/rules/[^/]+/' },
    },
    {
      name: 'no-cycle',
      comment: 'Modules that import each other can’t be understood, tested or moved one at a time. Types count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-test-in-program',
      comment: 'The program imports neither tests nor tools.',
      severity: 'error',
      from: { path: '^src/', ...program },
      to: { path: `${test}|^tools/` },
    },
    {
      name: 'no-other-package',
      comment: `Packages that the program may import: ${programPackages.join(', ')}.`,
      severity: 'error',
      from: { path: '^src/', ...program },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: `node_modules/${oneOf(programPackages)}/`,
      },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      // a value asked of a package that has only types is refused by the build
      to: { couldNotResolve: true, pathNot: `^${oneOf(typesOnlyPackages)}$` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['nearmetal-source', 'import', 'node', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
