import type { Outcome, Subject } from '#check/outcome';
import { valueIfKnown } from '#model/known';
import { sinceWords } from '#report/baseline';
import { type CheckReport, isFailing } from '#report/check-report';
import { fingerprintOf } from '#report/fingerprint';
import { alikeOf, type FoundOrWaived } from '#report/fold';
import { xmlText } from '#report/junit/xml-text';
import { clipped } from '#report/printable';
import { kindWords } from '#report/subject-words';
import { tellFinding, toldItems, whoAndWhat } from '#report/told-finding';

/**
 * Gives the report as JUnit XML, as Jenkins, GitLab and most others read it: a suite for the host and for each guest (with its devices), in
 * it a test case for each rule. What fails the run (`--fail-on`) is a failure, a lesser finding passes and stands in the case's output;
 * what is unknown, does not apply or is waived is skipped, with the reason; a rule that failed and input that could not be read are errors.
 */
export function checkJunit(report: CheckReport): string {
  const suites = new Map<string, Suite>();
  for (const outcome of report.outcomes) {
    const key = suiteKey(outcome.subject);
    let suite = suites.get(key);
    if (suite === undefined) {
      suite = newSuite(suiteName(outcome.subject, report), outcome.subject.source);
      suites.set(key, suite);
    }
    addCase(suite, caseOf(outcome, suite.name, report));
  }
  const all = [...inputSuite(report), ...suites.values()];
  const sum = (pick: (suite: Suite) => number): number => all.reduce((total, suite) => total + pick(suite), 0);
  const time = (report.tookMs / 1000).toFixed(3);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nearmetal" tests="${sum(({ cases }) => cases.length)}" failures="${sum(suite => suite.failures)}" errors="${sum(suite => suite.errors)}" time="${time}">`,
  ];
  for (const suite of all) lines.push(...suiteLines(suite, report));
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

interface Suite {
  readonly name: string;
  readonly source: string;
  readonly cases: string[];
  failures: number;
  errors: number;
  skipped: number;
}

interface Case {
  readonly xml: string;
  readonly result: 'passed' | 'failures' | 'errors' | 'skipped';
}

const newSuite = (name: string, source: string): Suite => ({
  name,
  source,
  cases: [],
  failures: 0,
  errors: 0,
  skipped: 0,
});

function addCase(suite: Suite, { xml, result }: Case): void {
  suite.cases.push(xml);
  if (result !== 'passed') suite[result]++;
}

/** Devices go with their guest, what else belongs to the host with the host. */
const ofGuest = ({ kind, name, uuid, guest, guestUuid }: Subject): readonly (string | undefined)[] | undefined =>
  kind === 'guest' ? [name, uuid] : guest === undefined ? undefined : [guest, guestUuid];

const suiteKey = (subject: Subject): string => JSON.stringify(ofGuest(subject)?.concat(subject.source) ?? []);

function suiteName(subject: Subject, report: CheckReport): string {
  const [guest] = ofGuest(subject) ?? [];
  if (guest !== undefined) return `guest ${clipped(guest, 120)}`;
  return report.machine.extent === 'host'
    ? `host ${clipped(valueIfKnown(report.machine.host.name) ?? report.machine.source, 120)}`
    : 'networks and pools';
}

function caseOf(outcome: Outcome, suite: string, report: CheckReport): Case {
  const { rule, subject } = outcome;
  const isOwn = subject.kind === 'host' || subject.kind === 'guest';
  const name = isOwn
    ? rule.id
    : `${rule.id} [${kindWords(subject.kind)} ${clipped([subject.name, subject.twin].join(' ').trimEnd(), 120)}]`;
  const start = `<testcase classname="${xmlText(suite)}" name="${xmlText(name)}"`;
  const holds = (element: string): string => `${start}>${element}</testcase>`;
  const skipped = (why: string): Case => ({
    xml: holds(`<skipped>${xmlText(clipped(why, 2000))}</skipped>`),
    result: 'skipped',
  });
  switch (outcome.outcome) {
    case 'good':
      return { xml: `${start}/>`, result: 'passed' };
    case 'unknown':
      return skipped(
        `unknown: ${outcome.reason}${outcome.remedy === undefined ? '' : `; supplied by: ${outcome.remedy}`}`,
      );
    case 'not-applicable':
      return skipped(`not applicable: ${outcome.reason}`);
    case 'waived': {
      const { owner, until, reason } = outcome.waiver;
      return skipped(`waived by ${owner} until ${until}: ${reason}; ${outcome.finding.saw}`);
    }
    case 'crashed':
      return {
        xml: holds(`<error type="rule-failed" message="${xmlText(clipped(outcome.error.message, 2000))}"/>`),
        result: 'errors',
      };
    case 'bad': {
      if (!isFailing(outcome, report.failOn))
        return { xml: holds(`<system-out>${findingText(outcome)}</system-out>`), result: 'passed' };
      const message = xmlText(whoAndWhat(tellFinding([outcome])));
      return {
        xml: holds(`<failure type="${outcome.severity}" message="${message}">${findingText(outcome)}</failure>`),
        result: 'failures',
      };
    }
  }
}

/** The finding in lines; those that are nearly the same have the same last line. */
function findingText(found: FoundOrWaived): string {
  const told = tellFinding([found]);
  const lines = [
    `${told.severity}: ${whoAndWhat(told)}`,
    ...toldItems(told).flatMap(([name, texts]) => texts.map(text => `${name}: ${text}`)),
    `fingerprint: ${fingerprintOf(found)}`,
    `alike: ${alikeOf(found)}`,
  ];
  return lines.map(xmlText).join('\n');
}

/** What of the input could not be read, or departs from its schema. */
function inputSuite({ problems = [] }: CheckReport): readonly Suite[] {
  if (problems.length === 0) return [];
  const suite = newSuite('input', 'input');
  problems.forEach(({ message, doThis, place }, at) => {
    const name =
      place === undefined ? `problem ${at + 1}` : `${clipped(place.file, 300)}:${place.line}:${place.column}`;
    addCase(suite, {
      xml: `<testcase classname="input" name="${xmlText(name)}"><error type="input" message="${xmlText(clipped(message, 2000))}">${xmlText(clipped(doThis ?? '', 2000))}</error></testcase>`,
      result: 'errors',
    });
  });
  return [suite];
}

function suiteLines({ name, source, cases, failures, errors, skipped }: Suite, report: CheckReport): readonly string[] {
  const host = valueIfKnown(report.machine.host.name);
  const hostname = host === undefined ? '' : ` hostname="${xmlText(clipped(host, 120))}"`;
  const since =
    report.sinceThen === undefined
      ? ''
      : `<property name="since" value="${xmlText(clipped(sinceWords(report.sinceThen), 300))}"/>`;
  return [
    `<testsuite name="${xmlText(name)}" tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="0" timestamp="${report.at.toISOString().slice(0, 19)}"${hostname}>`,
    `<properties><property name="source" value="${xmlText(clipped(source, 300))}"/>${since}</properties>`,
    ...cases,
    '</testsuite>',
  ];
}
