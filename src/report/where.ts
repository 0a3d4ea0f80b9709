import type { Evidence, Place } from '#model/known';
import { clipped } from '#report/printable';

/** The first place among some evidence that a person can open. */
export const placeOf = (evidence: readonly Evidence[]): Place | undefined =>
  evidence.find(item => item.place !== undefined)?.place;

/** `web01.xml:12:5`, the form that editors and terminals make a link of. */
export const placeWords = ({ file, line, column }: Place): string => `${clipped(file, 300)}:${line}:${column}`;

/** What was read, short, and where. */
export function evidenceWords(item: Evidence): string {
  const at = item.place === undefined ? clipped(item.from, 200) : placeWords(item.place);
  return `${clipped(item.value.replaceAll(/\s+/g, ' ').trim(), 58)}  (${at})`;
}

/** The evidence that shows most, three pieces at most: what was not there only where nothing was. The whole stands in the JSON report. */
export function evidenceToShow(evidence: readonly Evidence[]): readonly Evidence[] {
  const told = evidence.filter(item => item.value !== '');
  const there = told.filter(item => item.value !== 'not there' && !item.from.startsWith('virConnectListAllDomains'));
  return (there.length > 0 ? there : told).slice(0, 3);
}
