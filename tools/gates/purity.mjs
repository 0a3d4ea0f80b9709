// What import rules can't see: clocks, randomness, the environment and input or output reached through globals in rooms
// that are pure, and module-level variables anywhere in src/. Reads the syntax tree, so comments and texts don't count.
import { readFile } from 'node:fs/promises';
import ts from 'typescript';
import { filesUnder } from '../files.mjs';
import { isPure, rooms } from '../rooms.mjs';

/** Globals that a pure room does without. */
const impureGlobals = new Map(
  Object.entries({
    performance: 'a clock',
    setTimeout: 'a clock',
    setInterval: 'a clock',
    setImmediate: 'a clock',
    queueMicrotask: 'a clock',
    process: 'the process and its environment',
    console: 'output',
    fetch: 'the network',
    WebSocket: 'the network',
    crypto: 'randomness (hashes come from node:crypto)',
    Worker: 'a thread',
    globalThis: 'a way round this check',
  }),
);
/** Members of otherwise pure things. */
const impureMembers = new Map([
  ['Date.now', 'a clock'],
  ['Math.random', 'randomness'],
  ['Temporal.Now', 'a clock'],
  ['WebAssembly.compile', 'WASM, which is handed in'],
  ['WebAssembly.instantiate', 'WASM, which is handed in'],
  ['import.meta.url', 'the place of the program'],
  ['import.meta.dirname', 'the place of the program'],
  ['import.meta.filename', 'the place of the program'],
]);
/** Names that node:crypto exports and that give randomness. */
const randomNames = /^(random|webcrypto$|getRandomValues$|generateKey|generatePrime|createDiffieHellman$)/;

/** All faults in the text of one source file, as `line: what`. */
export function impurities(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const room = rooms.find(({ name }) => path.startsWith(`src/${name}/`));
  const faults = [];
  const fault = (node, what) => {
    faults.push(`${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}: ${what}`);
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) === 0) {
      fault(statement, 'a variable at module level: state belongs to what is made by a call');
    }
  }
  if (room === undefined || !isPure(room)) return faults;

  const own = namesDeclaredIn(source);
  const visit = node => {
    if (ts.isPropertyAccessExpression(node)) {
      const what = impureMembers.get(node.getText(source));
      if (what !== undefined) fault(node, `${node.getText(source)} is ${what}`);
    } else if (ts.isNewExpression(node) && node.expression.getText(source) === 'Date' && !node.arguments?.length) {
      fault(node, 'new Date() is a clock; now is handed in');
    } else if (ts.isCallExpression(node) && node.expression.getText(source) === 'Date') {
      fault(node, 'Date() is a clock; now is handed in');
    } else if (ts.isImportSpecifier(node) && /^(node:)?crypto$/.test(node.parent.parent.parent.moduleSpecifier.text)) {
      const name = (node.propertyName ?? node.name).text;
      if (randomNames.test(name)) fault(node, `${name} is randomness; seeds are handed in`);
    } else if (ts.isImportClause(node) && /^(node:)?crypto$/.test(node.parent.moduleSpecifier.text)) {
      const byName = node.namedBindings !== undefined && ts.isNamedImports(node.namedBindings);
      if (node.name !== undefined || !byName) fault(node, 'import the hash functions of node:crypto by name');
    } else if (ts.isIdentifier(node) && impureGlobals.has(node.text) && isReference(node) && !own.has(node.text)) {
      fault(node, `${node.text} is ${impureGlobals.get(node.text)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** Is the identifier the use of a value, not a property's name, a declared name or a type? */
function isReference(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isVariableDeclaration(parent)) {
    return parent.initializer === node;
  }
  return ![
    ts.isTypeNode,
    ts.isTypeElement,
    ts.isClassElement,
    ts.isDeclarationStatement,
    ts.isQualifiedName,
    ts.isImportSpecifier,
    ts.isImportClause,
    ts.isNamespaceImport,
    ts.isExportSpecifier,
    ts.isMethodDeclaration,
  ].some(isOther => isOther(parent));
}

function namesDeclaredIn(source) {
  const names = new Set();
  const visit = node => {
    if (
      (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) &&
      ts.isIdentifier(node.name)
    ) {
      names.add(node.name.text);
    } else if ((ts.isFunctionDeclaration(node) || ts.isImportSpecifier(node) || ts.isImportClause(node)) && node.name) {
      names.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** Reads all of src/ but the tests. Gives how many files were read and the faults, as `path:line: what`. */
export async function purity() {
  const paths = (await filesUnder('src', '.ts')).filter(path => !path.endsWith('.test.ts'));
  const faults = [];
  for (const path of paths) {
    faults.push(...impurities(path, await readFile(path, 'utf8')).map(fault => `${path}:${fault}`));
  }
  return { files: paths.length, faults };
}
