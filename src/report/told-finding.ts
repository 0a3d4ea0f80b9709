import type { Rule } from '#check/define-rule';
import type { Finding, Severity } from '#check/verdict';
import { fixLines } from '#report/fix-lines';
import { type FoundOrWaived, mostOfSentence, sentencePattern } from '#report/fold';
import { commonSentence, differingValues } from '#report/pattern';
import { foldNames } from '#report/picture/fold-names';
import { clipped } from '#report/printable';
import { subjectName, subjectsWords } from '#report/subject-words';
import { decisionWords, tradeOffWords } from '#report/trade-off-words';
import { evidenceToShow, evidenceWords, placeOf, placeWords } from '#report/where';

/** A finding, or several that are nearly the same, in the words that all formats for people share. Each text is one printable line. */
export interface ToldFinding {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Whom it is about: a name, or number and names. */
  readonly subject: string;
  /** How many findings it stands for. */
  readonly count: number;
  /** Since when it stands, as a date, where it was compared with an earlier report. */
  readonly since: string | undefined;
  /** What is wrong; what differs between several is `…`. */
  readonly saw: string;
  readonly wants: string | undefined;
  /** What was found and where: parts, evidence, or what each of several has of its own. */
  readonly finds: readonly string[];
  /** What follows. */
  readonly so: string;
  /** What to do. */
  readonly does: readonly string[];
  readonly costs: string | undefined;
  /** What was given up for it and by which intent, and whom it does not suit. */
  readonly over: readonly string[];
  /** What to see to before it. */
  readonly after: readonly string[];
  /** Where the guide says otherwise, how to read about it. */
  readonly guide: string | undefined;
  /** The rule's id and the sections of the guide. */
  readonly source: string;
}

/** The part of it that stands in one line. */
export type Headline = Pick<ToldFinding, 'subject' | 'count' | 'saw'>;

/** Takes findings of one rule that are nearly the same (at least one); gives what to say of them, once. */
export function tellFinding(all: readonly [FoundOrWaived, ...FoundOrWaived[]]): ToldFinding {
  const [found] = all;
  const { rule, finding } = found;
  const { subject, count, saw } = tellHeadline(all);
  const isFixed = finding.fix !== undefined || finding.wish !== undefined;
  return {
    rule,
    severity: found.severity,
    subject,
    count,
    since: found.outcome === 'bad' ? found.since?.slice(0, 10) : undefined,
    saw,
    wants: sentence(all, ({ wants }) => wants)[0],
    finds: all.length === 1 ? findsOfOne(found) : findsOfSeveral(all),
    so: sentence(all, ({ so }) => so)[0] ?? rule.because,
    does: doLines(all),
    costs: isFixed && rule.costs.length > 0 ? rule.costs.join(' ') : undefined,
    over: [...new Set(all.flatMap(overWords))].slice(0, mostLines).map(clip),
    after: [...new Set(all.flatMap(afterWords))].slice(0, mostLines).map(clip),
    guide:
      rule.departs !== undefined && rule.departs.length > 0
        ? `says otherwise: nearmetal explain ${rule.id}`
        : undefined,
    source: rule.guide.length > 0 ? `${rule.id} · ${rule.guide.join(', ')}` : rule.id,
  };
}

/** Who it is about and what is wrong, alone: for one screen, and for what to do first. */
export function tellHeadline(all: readonly [FoundOrWaived, ...FoundOrWaived[]]): Headline {
  const [{ subject }] = all;
  return {
    subject:
      all.length === 1
        ? subjectName(subject)
        : subjectsWords(
            subject.kind,
            all.map(one => subjectName(one.subject)),
          ),
    count: all.length,
    saw: sentence(all, finding => finding.saw)[0] ?? '',
  };
}

function overWords(found: FoundOrWaived): readonly string[] {
  const tradeOffs = found.outcome === 'bad' ? (found.tradeOffs ?? []) : [];
  return [...tradeOffs.map(tradeOffWords), ...(found.decided === undefined ? [] : [decisionWords(found.decided)])];
}

const afterWords = (found: FoundOrWaived): readonly string[] =>
  found.outcome === 'bad' ? (found.after ?? []).map(({ rule, why }) => `first ${rule}: ${why}`) : [];

/** The headline: whom it is about, and what is wrong. */
export const whoAndWhat = ({ subject, count, saw }: Headline): string => `${subject}${count > 1 ? ':' : ''} ${saw}`;

/** What is said below the headline, in its order, under a name for each; what there is nothing to say of is left out. */
export function toldItems(told: ToldFinding): readonly (readonly [name: string, texts: readonly string[]])[] {
  const items: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    ['stands', [told.since === undefined ? undefined : `since ${told.since}`]],
    ['wants', [told.wants]],
    ['finds', told.finds],
    ['so', [told.so]],
    ['after', told.after],
    ['do', told.does],
    ['costs', [told.costs]],
    ['over', told.over],
    ['guide', [told.guide]],
    ['rule', [told.source]],
  ];
  return items.flatMap(([name, texts]) => {
    const said = texts.flatMap(text => (text === undefined || text === '' ? [] : [text]));
    return said.length === 0 ? [] : [[name, said]];
  });
}

/** What may be listed of one finding before the rest is only counted. */
const mostLines = 8;

type Texts = Finding & { readonly saw: string };

/** One sentence of all; where they differ in more than values, each that there is. */
function sentence(all: readonly FoundOrWaived[], pick: (finding: Texts) => string | undefined): readonly string[] {
  const said = all.flatMap(one => {
    const text = pick(one.finding);
    return text === undefined || text === '' ? [] : [{ one, text }];
  });
  const common = commonSentence(
    said.map(({ one, text }) => sentencePattern(one, text)),
    said.map(({ one }) => one.subject.guest ?? one.subject.name),
  );
  if (common !== undefined) return [clip(common)];
  return [...new Set(said.map(({ text }) => clip(text)))];
}

function findsOfOne({ finding, evidence }: FoundOrWaived): readonly string[] {
  // nothing is said twice: a part that only repeats the headline is none
  const parts = partWords(finding).filter(({ saw }) => !finding.saw.includes(saw));
  // parts tell what was found and where; else the evidence does
  return parts.length > 0 ? bounded(parts.map(({ line }) => line)) : evidenceToShow(evidence).map(evidenceWords);
}

/** Each subject with what it has of its own; where that is nothing, what was found at the first. */
function findsOfSeveral(all: readonly [FoundOrWaived, ...FoundOrWaived[]]): readonly string[] {
  const saw = ownValues(all, finding => finding.saw);
  const wants = ownValues(all, finding => finding.wants);
  const parts = all.map(one => partWords(one.finding).map(({ line }) => line));
  const isPartsAlike = parts.every(lines => lines.join('\n') === (parts[0] ?? []).join('\n'));
  const own = all.map((one, at) => {
    const place = placeOf(one.evidence);
    return [
      // parts tell the values, and more
      isPartsAlike ? (saw[at] ?? []).join(' · ') : (parts[at] ?? []).join('; '),
      (wants[at] ?? []).every(value => saw[at]?.includes(value)) ? '' : `wants ${(wants[at] ?? []).join(' · ')}`,
      place === undefined || !isPartsAlike ? '' : `(${placeWords(place)})`,
    ].filter(word => word !== '');
  });
  if (own.every(words => words.length === 0)) return findsOfOne(all[0]);
  const shared = isPartsAlike ? findsOfOne(all[0]).slice(0, parts[0]?.length) : [];
  return [
    ...shared,
    ...bounded(
      bySubject(
        all,
        own.map(words => words.join('  ')),
      ),
    ),
  ];
}

/** For each the values of a sentence that are not the same in all. */
function ownValues(
  all: readonly FoundOrWaived[],
  pick: (finding: Texts) => string | undefined,
): readonly (readonly string[])[] {
  return differingValues(all.map(one => sentencePattern(one, pick(one.finding) ?? '')));
}

/** Lines of which each names the subjects that it is true of. */
function bySubject(all: readonly FoundOrWaived[], texts: readonly string[]): readonly string[] {
  const names = new Map<string, string[]>();
  all.forEach((one, at) => {
    const text = texts[at] ?? '';
    if (text === '') return;
    const same = names.get(text);
    if (same === undefined) names.set(text, [subjectName(one.subject)]);
    else same.push(subjectName(one.subject));
  });
  return [...names].map(([text, of]) => clipped(`${foldNames(of, 6)}: ${text}`, 600));
}

function partWords({ parts = [] }: Finding): readonly { readonly saw: string; readonly line: string }[] {
  return parts.map(({ key, saw, evidence = [] }) => {
    const place = placeOf(evidence);
    const at = place === undefined || saw.includes(place.file) ? '' : `  (${placeWords(place)})`;
    return { saw, line: `${clipped(saw.includes(key) ? saw : `${key}: ${saw}`, 300)}${at}` };
  });
}

function doLines(all: readonly [FoundOrWaived, ...FoundOrWaived[]]): readonly string[] {
  const [found] = all;
  const otherwise = leftWords(found.finding);
  if (all.length === 1) return [...fixLines(found, false), ...(otherwise === undefined ? [] : [otherwise])].map(clip);
  const fixes = all.map(one => fixLines(one, true).join('; '));
  const said = sentence(all, leftWords);
  return [
    ...(fixes.every(fix => fix === fixes[0])
      ? fixLines(found, true).map(line => `in each: ${line}`)
      : bounded(bySubject(all, fixes))),
    // what a person types must be whole
    ...(said.length === 1 && dots(said[0]) === dots(otherwise)
      ? said
      : bounded(
          bySubject(
            all,
            all.map(one => leftWords(one.finding) ?? ''),
          ),
        )),
  ].map(clip);
}

/** What a person has to do, or to make sure of before the changes are made. */
const leftWords = ({ onlyAsked, otherwise }: Finding): string | undefined =>
  onlyAsked === undefined || otherwise === undefined ? (onlyAsked ?? otherwise) : `${onlyAsked} ${otherwise}`;

/** How much of a text is left out. */
const dots = (text: string | undefined): number => (text ?? '').split('…').length;

const clip = (text: string): string => clipped(text, mostOfSentence);

const bounded = (lines: readonly string[]): readonly string[] =>
  lines.length > mostLines ? [...lines.slice(0, mostLines).map(clip), `… ${lines.length - mostLines} more`] : lines;
