import type { Evidence } from '#model/known';
import type { Machine } from '#model/machine';
import { CpuSet } from '#units/cpu-set';

/** The model as bare values, with the evidence of each fact beside it by path; `nearmetal facts --format json`. */
export interface FactsDocument {
  readonly schema: 'nearmetal.facts/1';
  readonly tool: { readonly name: 'nearmetal'; readonly version: string };
  readonly source: string;
  /** Facts of the host; a fact that is absent is null, an unknown one is missing here and named under `unknown`. */
  readonly host: unknown;
  readonly guests: unknown;
  readonly networks: unknown;
  readonly pools: unknown;
  /** What each fact stands on: path in this document → source and text read. */
  readonly evidence: Readonly<Record<string, readonly Evidence[]>>;
  /** Path → why the fact is unknown, and what would supply it. */
  readonly unknown: Readonly<Record<string, { readonly reason: string; readonly remedy?: string | undefined }>>;
  readonly notes: readonly string[];
  /** What of the input could not be read while the rest was. */
  readonly problems: readonly Problem[];
}

interface Problem {
  readonly message: string;
  readonly doThis?: string | undefined;
}

/** Takes a machine; gives its facts as plain JSON values: sizes in bytes, sets as lists (`0-3,8`), versions as their text. */
export function factsJson(machine: Machine, version: string, problems: readonly Problem[] = []): FactsDocument {
  const evidence: Record<string, readonly Evidence[]> = {};
  const lacking: Record<string, { reason: string; remedy?: string | undefined }> = {};
  const bare = (value: unknown, path: string): unknown => {
    if (value instanceof CpuSet) return value.toString();
    if (value instanceof Map)
      return Object.fromEntries([...value].map(([key, item]) => [String(key), bare(item, `${path}.${key}`)]));
    if (value instanceof Set) return [...value];
    if (Array.isArray(value)) return value.map((item, at) => bare(item, `${path}[${at}]`));
    if (typeof value !== 'object' || value === null) return value;
    if (isFact(value)) {
      if (value.state === 'unknown') {
        lacking[path] =
          value.remedy === undefined ? { reason: value.reason } : { reason: value.reason, remedy: value.remedy };
        return undefined;
      }
      if (value.evidence.length > 0) evidence[path] = value.evidence.map(plainEvidence);
      return value.state === 'absent' ? null : bare(value.value, path);
    }
    if ('numbers' in value && 'text' in value) return value.text;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => {
        if (name === 'at' && isEvidence(item)) return [['at', plainEvidence(item)]];
        // a field that the source does not tell, such as the node of a CPU without NUMA
        if (item === undefined) return [[name, null]];
        const plain = bare(item, path === '' ? name : `${path}.${name}`);
        return plain === undefined ? [] : [[name, plain]];
      }),
    );
  };
  return {
    schema: 'nearmetal.facts/1',
    tool: { name: 'nearmetal', version },
    source: machine.source,
    host: machine.extent === 'host' ? bare(machine.host, 'host') : null,
    guests: bare(machine.guests, 'guests') ?? null,
    networks: bare(machine.networks, 'networks') ?? null,
    pools: bare(machine.pools, 'pools') ?? null,
    evidence,
    unknown: lacking,
    notes: machine.notes,
    problems,
  };
}

type Fact =
  | { readonly state: 'known'; readonly value: unknown; readonly evidence: readonly Evidence[] }
  | { readonly state: 'absent'; readonly evidence: readonly Evidence[] }
  | { readonly state: 'unknown'; readonly reason: string; readonly remedy?: string | undefined };

const isFact = (value: object): value is Fact =>
  'state' in value &&
  (value.state === 'unknown'
    ? 'reason' in value
    : (value.state === 'known' || value.state === 'absent') && 'evidence' in value);

const isEvidence = (value: unknown): value is Evidence =>
  typeof value === 'object' && value !== null && 'from' in value && 'value' in value;

/** Evidence may compute its place; a plain copy has it written out. */
const plainEvidence = ({ from, value, place }: Evidence): Evidence =>
  place === undefined ? { from, value } : { from, value, place: { ...place } };
