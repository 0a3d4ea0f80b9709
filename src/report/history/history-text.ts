import type { HistoryRun, HistoryView } from '#report/history/history-view';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import { bytes, printBytes } from '#units/bytes';

/** Gives the runs for people, the last one first. */
export function historyText({ runs, host, ledger }: HistoryView, style: Style): string {
  if (runs.length === 0) return `${printable(host.name)}: nothing was ever applied (${printable(ledger)}).\n`;
  return [...runs.toReversed().flatMap(run => runLines(run, style)), ''].join('\n');
}

const results: Readonly<Record<string, string>> = {
  held: 'done',
  pending: 'done; something waited for a restart',
  failed: 'stopped at a failure',
  interrupted: 'interrupted',
  refused: 'refused',
  unfinished: 'broken off',
};

function runLines(
  { run, doing, of, startedAt, by, plan, result, changes, inPlace, objects, images }: HistoryRun,
  style: Style,
): readonly string[] {
  const what =
    doing === 'undo' ? `undo of run ${of ?? '?'}` : `${doing} of ${doing === 'restore' ? 'a copy' : `plan ${plan}`}`;
  const said = results[result] ?? result;
  const isBad = result === 'failed' || result === 'unfinished';
  const line = `${run.padStart(4)}  ${startedAt.slice(0, 19).replace('T', ' ')}  ${what} by ${printable(by)}: ${said}, ${changes} ${changes === 1 ? 'change' : 'changes'}${doing === 'apply' ? `, ${inPlace} in place` : ''}`;
  return [
    isBad ? style.severity('error', line) : line,
    ...(objects ?? []).map(one => `      ${one.object.slice(0, 12)}  ${printable(one.of)}`),
    ...(images ?? []).map(
      one => `      ${printable(one.path)}  the old image of ${printable(one.of)}, ${printBytes(bytes(one.bytes))}`,
    ),
  ];
}
