import { answerOf } from '#collect/fetch/answer-of';
import type { Answer, DomainAnswer } from '#collect/libvirt-answers';
import type { Connection } from '#libvirt/connection';

/** Kinds of guests that are asked for at most: the daemon may have to start QEMU for each. */
const mostKinds = 8;

interface Kind {
  readonly virtType?: string;
  readonly architecture?: string;
  readonly machine?: string;
}

/**
 * Asks what guests of each kind that is defined here can have, and those of libvirt's own choice; documents in the order of the number
 * of guests. The call needs a read-write connection although it changes nothing. Where a kind is not known here its document is left
 * out; the error counts only where none is known.
 */
export async function fetchDomainCapabilities(
  connection: Connection,
  domains: Answer<readonly DomainAnswer[]>,
): Promise<Answer<readonly string[]>> {
  const kinds = [{}, ...kindsOf('value' in domains ? domains.value : [])];
  const answers = await Promise.all(kinds.map(kind => answerOf(connection.domainCapabilities(kind))));
  const [first] = answers;
  const documents = answers.flatMap(answer => ('value' in answer ? [answer.value] : []));
  return documents.length > 0 || first === undefined || 'value' in first ? { value: [...new Set(documents)] } : first;
}

function kindsOf(domains: readonly DomainAnswer[]): readonly Kind[] {
  const counts = new Map<string, { kind: Kind; count: number }>();
  for (const { xml } of domains) {
    const kind = 'value' in xml ? kindOf(xml.value) : undefined;
    if (kind === undefined) continue;
    const key = JSON.stringify(kind);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { kind, count: 1 });
    else known.count++;
  }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, mostKinds)
    .map(({ kind }) => kind);
}

/** libvirt writes type, architecture and machine into every definition that it stores. */
function kindOf(xml: string): Kind | undefined {
  const virtType = /<domain\s[^>]*\btype=["']([\w-]{1,40})["']/.exec(xml)?.[1];
  const os = /<type\s([^>]{1,200})>/.exec(xml)?.[1] ?? '';
  const architecture = /\barch=["']([\w-]{1,40})["']/.exec(os)?.[1];
  const machine = /\bmachine=["']([\w.-]{1,80})["']/.exec(os)?.[1];
  return virtType === undefined || architecture === undefined || machine === undefined
    ? undefined
    : { virtType, architecture, machine };
}
