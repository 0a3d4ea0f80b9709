/**
 * nearmetal as a library: read a machine or documents, judge it by the rules, print the report.
 *
 * ```ts
 * import {
 *   checkJson, collectMachine, conflicts, localTree, noCommands, noWishes, resolveConflicts, rules, runRules, unknown,
 * } from 'nearmetal';
 *
 * const machine = collectMachine({
 *   source: 'this machine',
 *   extent: 'host',
 *   sources: { files: localTree('/', { missing: 'absent' }), libvirt: unknown('not asked'), commands: noCommands },
 * });
 * const outcomes = resolveConflicts(runRules(machine, rules, noWishes, new Date()), conflicts);
 * ```
 */

export type { Change } from '#change/change';
export type { Conflict } from '#check/conflict';
export { defineRule, type Rule, type RuleDefinition } from '#check/define-rule';
export type { Outcome, Subject } from '#check/outcome';
export { resolveConflicts } from '#check/resolve-conflicts';
export { runRules } from '#check/run-rules';
export { bad, good, notApplicable, type Severity, undecided, type Verdict } from '#check/verdict';
export { fetchAnswers } from '#collect/fetch-answers';
export type { LibvirtAnswers } from '#collect/libvirt-answers';
export { collectMachine, type Place } from '#collect/machine';
export type { Sources } from '#collect/sources';
export type { Guest } from '#model/guest';
export type { Host } from '#model/host';
export {
  absent,
  allKnown,
  chainKnown,
  type Evidence,
  ifKnown,
  type Known,
  known,
  mapKnown,
  orAbsent,
  unknown,
  valueIfKnown,
} from '#model/known';
export type { Machine } from '#model/machine';
export type { CheckReport } from '#report/check-report';
export type { CheckDocument } from '#report/check-schema';
export { checkJson } from '#report/json/check-json';
export { conflicts } from '#rules/conflicts';
export { rules } from '#rules/index.gen';
export { type Commands, noCommands } from '#transport/commands';
export type { FileTree } from '#transport/file-tree';
export { localTree } from '#transport/local-tree';
export { memoryTree } from '#transport/memory-tree';
export { type Bytes, bytes, gib, kib, mib, printBytes } from '#units/bytes';
export type { Intent } from '#wishes/intent';
export { noWishes, type Wishes } from '#wishes/wishes';
