import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import { standingWords } from '#report/status/status-text';
import type { ReceiptView, VerifyView } from '#report/status/verify-view';

/** Gives what came of looking again, for people. */
export function verifyText({ host, unfinished, receipts, moved, result }: VerifyView, style: Style): string {
  return [
    ...unfinished.map(({ says }) => style.severity('error', `✗ ${printable(says)}`)),
    ...receipts.flatMap(receipt => receiptLines(receipt, style)),
    ...(moved.length === 0 ? [] : ['', `Somebody else has written to these since: ${printable(moved.join(', '))}`]),
    '',
    style.bold(`${printable(host.name)}: ${summary(receipts, result)}`),
    '',
  ].join('\n');
}

const words = {
  gone: 'gone',
  still: 'still there, although it is in force',
  waits: 'there until it is in force',
  unknown: 'not judged',
};

function receiptLines({ change, findings }: ReceiptView, style: Style): readonly string[] {
  const said = standingWords(change);
  return [
    `run ${change.run}, change ${change.number}: ${printable(change.lines.join('; '))}`,
    `  ${said.startsWith('✗') ? style.severity('error', said) : said.startsWith('✓') ? style.good(said) : said}`,
    ...findings.map(({ rule, subject, is, saw }) => {
      const line = `  ${is === 'gone' ? '✓' : is === 'still' ? '✗' : '·'} ${rule} (${printable(subject)}): ${words[is]}${saw === undefined ? '' : `: ${printable(saw)}`}`;
      return is === 'still' ? style.severity('error', line) : line;
    }),
  ];
}

function summary(receipts: readonly ReceiptView[], result: VerifyView['result']): string {
  const findings = receipts.flatMap(one => one.findings);
  const gone = findings.filter(({ is }) => is === 'gone').length;
  const held = receipts.filter(({ change }) => change.is === 'holds').length;
  const counts = `${held} of ${receipts.length} changes hold and are in force, ${gone} of ${findings.length} findings are gone`;
  const says = {
    holds: 'All holds',
    waits: 'Nothing has drifted; something waits for a restart',
    drift: 'Not all holds',
  };
  return `${says[result]}: ${counts}.`;
}
