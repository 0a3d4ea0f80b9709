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

type Finding = ReceiptView['findings'][number];

/** What is told of a finding, before what the rule says now. */
function findingWords({ is, why = '' }: Finding): string {
  switch (is) {
    case 'gone':
      return '✓ gone';
    case 'waits':
      return `… stays until ${why}`;
    case 'not-live':
      return '– stays until this tree was booted: nothing of it runs here';
    case 'lost':
      return `✗ there: ${why} of its fix does not hold`;
    case 'left':
      return `– stays: ${why} of its fix is not in place`;
    case 'yours':
      return '– stays: its fix holds, and the rest is yours';
    case 'more':
      return '– stays: its fix holds, and more is to be changed by now';
    case 'still':
      return '✗ still there, although its fix is in force';
    case 'waived':
      return '– waived';
    case 'unknown':
      return '· not judged';
  }
}

function findingLines(finding: Finding, style: Style): readonly string[] {
  const { rule, subject, is, saw, why } = finding;
  const said = findingWords(finding);
  const [mark = '', ...rest] = said.split(' ');
  const line = `  ${mark} ${rule} (${printable(subject)}): ${printable(rest.join(' '))}${saw === undefined ? '' : `: ${printable(saw)}`}`;
  const todo = (is === 'yours' || is === 'more') && why !== undefined ? [`      ${printable(why)}`] : [];
  return [mark === '✗' ? style.severity('error', line) : line, ...todo];
}

function receiptLines({ change, findings }: ReceiptView, style: Style): readonly string[] {
  const said = standingWords(change);
  return [
    `run ${change.run}, change ${change.number}: ${printable(change.lines.join('; '))}`,
    `  ${said.startsWith('✗') ? style.severity('error', said) : said.startsWith('✓') ? style.good(said) : said}`,
    ...findings.flatMap(finding => findingLines(finding, style)),
  ];
}

function summary(receipts: readonly ReceiptView[], result: VerifyView['result']): string {
  // one finding may need several changes
  const findings = new Map(receipts.flatMap(one => one.findings).map(one => [`${one.rule} ${one.subject}`, one.is]));
  const held = receipts.filter(({ change }) => change.is === 'holds').length;
  const count = (...which: readonly Finding['is'][]): number =>
    [...findings.values()].filter(is => which.includes(is)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('waits'), 'waiting for a restart'],
    [count('not-live'), 'waiting for the tree to be booted'],
    [count('yours'), 'left to you'],
    [count('more', 'left'), 'with more to be changed'],
    [count('still', 'lost'), 'there although a fix was made'],
    [count('waived'), 'waived'],
    [count('unknown'), 'not judged'],
  ];
  const others = parts.flatMap(([number, says]) => (number === 0 ? [] : [`, ${number} ${says}`]));
  const says = {
    holds: 'All holds',
    waits: 'Nothing has drifted; something waits for a restart',
    drift: 'Not all holds',
  };
  const isBooted = count('not-live') === 0;
  return `${says[result]}: ${held} of ${receipts.length} changes hold${isBooted ? ' and are in force' : ''}, ${count('gone')} of ${findings.size} findings are gone${others.join('')}.`;
}
