import assert from 'node:assert/strict';
import test from 'node:test';
import { checkMarkdown } from '#report/markdown/check-markdown';
import { markdownCode, markdownText } from '#report/markdown/markdown-text';
import {
  faultyGuest,
  hostileNames,
  reportOfXml,
  thousandGuests,
  withNames,
  withWaiver,
} from '../../../test/report-of.js';

const files = {
  'web01.xml': faultyGuest({ name: 'web01', disks: ['hda'] }),
  'web02.xml': faultyGuest({ name: 'web02', disks: ['sda'] }),
};

test('findings that are nearly the same are one, folded below the headline, with what each has of its own', () => {
  const text = checkMarkdown(reportOfXml(files), 'normal');
  assert.match(text, /^## nearmetal: 2 files\n/);
  assert.match(text, /\n\| error \| warning \| info \| hint \| good \| /);
  assert.match(
    text,
    /<summary><b>ERROR<\/b> <b>2 guests \(web01, web02\)<\/b>: flushes to its disk … are ignored: cache unsafe<\/summary>\n\n/,
  );
  assert.match(
    text,
    /\n- \*\*finds\*\*\n {2}- web01: hda: cache unsafe {2}\(web01\.xml:7:5\)\n {2}- web02: sda: cache unsafe {2}\(web02\.xml:7:5\)\n/,
  );
  assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
  assert.match(text, /exit code 2 \(--fail-on warning\)\n$/);
});

test('the summary is counts and what to do first', () => {
  const text = checkMarkdown(reportOfXml(files), 'summary');
  assert.ok(!text.includes('<details>'));
  assert.match(text, /### Do this first\n\n1\. /);
  assert.ok(text.split('\n').length < 25);
});

test('problems, rules that failed and what is waived are told', () => {
  const problems = [{ message: 'b.xml:2:9: <name> is closed by </nam>.', doThis: 'Mend it.' }];
  const text = checkMarkdown(withWaiver(reportOfXml(files, { problems }), 'guest-disk/cache-unsafe'), 'normal');
  assert.match(text, /\n- b\.xml:2:9: &lt;name&gt; is closed by &lt;\/nam&gt;\. Mend it\.\n/);
  assert.match(text, /no such &lt;thing&gt;/);
  assert.match(text, /<summary>2 waived<\/summary>/);
  assert.match(text, /a scratch disk, ops@<!-- -->example\.com, until 2027-01-31/);
});

test('hostile names make no markup, no mention, no link', () => {
  const text = checkMarkdown(withNames(reportOfXml(files), hostileNames), 'verbose');
  const plain = text.replaceAll(/(`+) ?[^\n]*? ?\1(?!`)/g, '');
  for (const harm of [
    '<script',
    '<!--\n',
    '@root',
    '#12',
    '!3',
    '](http://evil',
    '**bold',
    '://evil',
    '\u202e',
    '\u0007',
  ])
    assert.ok(!plain.includes(harm), harm);
  assert.ok(text.length < 400_000);
});

test('text shows as it is', () => {
  assert.equal(
    markdownText('- a_b [x](y) <i> | 5 % of $1 & co'),
    '\\- a\\_b \\[x\\](y) &lt;i&gt; \\| 5 % of \\$<!-- -->1 &amp; co',
  );
  assert.equal(markdownText('1. first'), '1\\. first');
  assert.equal(markdownCode('a`b'), '``a`b``');
  assert.equal(markdownCode('`'), '`` ` ``');
});

test('a thousand guests fit into a comment, and all of them stand in the verbose report', () => {
  const report = thousandGuests();
  const started = performance.now();
  assert.ok(checkMarkdown(report, 'normal').length < 65_536);
  assert.ok(performance.now() - started < 20_000);
  const apart = report.outcomes.map(one =>
    one.outcome === 'bad'
      ? { ...one, finding: { ...one.finding, saw: `${one.subject.guest ?? one.subject.name}says ${one.finding.saw}` } }
      : one,
  );
  const many = checkMarkdown(
    {
      ...report,
      outcomes: apart.map((one, at) =>
        one.outcome === 'bad'
          ? {
              ...one,
              finding: {
                ...one.finding,
                saw: `${one.finding.saw} ${'abcdefghij'[at % 10] ?? ''}${'klmnopqrst'[(at >> 4) % 10] ?? ''}${'uvwxyzabcd'[(at >> 8) % 10] ?? ''}`,
              },
            }
          : one,
      ),
    },
    'normal',
  );
  assert.ok(many.length < 65_536, String(many.length));
  assert.match(many, /\n… and \d+ more: /);
});
