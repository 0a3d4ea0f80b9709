import type { Rule } from '#check/define-rule';
import { version } from '#cli/version.gen';
import { intents } from '#wishes/intent';

/** A word that can be completed, and what it means. */
export interface Word {
  readonly word: string;
  readonly says: string;
}

/** The words that a completion script holds: they need no process to be told. */
export interface Words {
  readonly version: string;
  readonly rules: readonly Word[];
  readonly areas: readonly Word[];
  readonly sections: readonly Word[];
  readonly intents: readonly Word[];
  readonly uris: readonly Word[];
  readonly times: readonly Word[];
}

/** Takes the rules and the sections of the guide; gives the words. Sections without a rule are left out: nothing would be chosen. */
export function wordsOf(
  rules: readonly Rule[],
  sections: readonly (readonly [number: string, title: string])[],
): Words {
  const areas = new Map<string, number>();
  for (const { id } of rules) areas.set(areaOf(id), (areas.get(areaOf(id)) ?? 0) + 1);
  const isJudged = (number: string): boolean =>
    rules.some(({ guide }) => guide.some(one => one === number || one.startsWith(`${number}.`)));
  return {
    version,
    rules: rules.map(({ id, says }) => ({ word: id, says })),
    areas: [...areas].map(([word, count]) => ({ word, says: `${count} rules` })),
    sections: sections.filter(([number]) => isJudged(number)).map(([word, says]) => ({ word, says })),
    intents: intents.map(word => ({ word, says: 'intent' })),
    uris: [
      { word: 'qemu:///system', says: 'QEMU and KVM of this machine' },
      { word: 'qemu:///session', says: "the user's own QEMU and KVM" },
      { word: 'xen:///system', says: 'Xen of this machine' },
      { word: 'test:///default', says: "libvirt's pretended host" },
    ],
    times: ['10s', '60s', '5m'].map(word => ({ word, says: 'time between two looks' })),
  };
}

const areaOf = (id: string): string => id.slice(0, id.indexOf('/'));
