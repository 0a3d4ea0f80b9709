import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { DomainPart } from '#change/domain/domain-part';
import type { LiveAnswer } from '#change/domain/live-answer';
import { type LiveHost, liveHostFiles, liveHostOf } from '#change/domain/live-host';
import { callsForPart, freeCpus } from '#change/domain/live-part';
import { partKnobs } from '#change/domain/part-knobs';
import { isSameContent } from '#change/domain/same-part';
import { type DomainXmlChange, difference, isParts, isSameParts, partsIn } from '#change/kinds/domain-xml';
import type { LiveCall } from '#change/live-call';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';

/** Changes a guest while it runs, and only for this run; the stored half is a change of its own. */
export type DomainLiveChange = Change<'domain-live', readonly DomainPart[]>;

type States = Pick<DomainXmlChange, 'on' | 'before' | 'after'>;

/** What becomes of the running half of a guest whose stored half is changed. */
export type LiveHalf =
  /** It can be changed as well, at once. */
  | { readonly is: 'live'; readonly change: DomainLiveChange }
  /** It is so already: it was started before the stored half departed from it. */
  | { readonly is: 'already' }
  /** It does not run: the change is there when it starts. */
  | { readonly is: 'off' }
  /** libvirt cannot change it while it runs: it is there when the guest was off and on again. */
  | { readonly is: 'later'; readonly why: string };

/**
 * Takes a change of the stored half of a guest, the XML of its running half (undefined: it does not run) and what the host is like; gives
 * what becomes of the running half. All of a change is made live, or nothing.
 */
export function liveHalf({ on, before, after }: States, liveXml: string | undefined, host: LiveHost): LiveHalf {
  if (liveXml === undefined) return { is: 'off' };
  const now = liveParts(liveXml, { on, before, after }, host);
  if (difference(now, after).length === 0) return { is: 'already' };
  // what was a whole change of the definition starts from what runs
  const forth = callsFor(liveXml, { on, before, after }, host);
  if ('why' in forth) return { is: 'later', why: forth.why };
  return {
    is: 'live',
    change: { kind: 'domain-live', on, before: now, after, lasts: 'guest-run', takesEffect: 'at-once' },
  };
}

/** What stands in the running half. A thread that is bound to all CPUs that it could have anyway is not bound, for libvirt cannot unbind one. */
function liveParts(xml: string, change: States, host: LiveHost): readonly DomainPart[] {
  const { root } = parseXml(xml, { file: change.on });
  return partsIn(xml, change).map(part => {
    const wanted = [...change.before, ...change.after].filter(({ path }) => path === part.path);
    if (wanted.some(({ path, content }) => isSameContent(path, content, part.content))) return part;
    return isAsFree(part, root, host) ? { path: part.path, content: undefined } : part;
  });
}

function isAsFree({ path, content }: DomainPart, root: XmlElement, host: LiveHost): boolean {
  if (content === undefined) return false;
  if (path.startsWith('memtune/')) return /\b9007199254740991\b/.test(content);
  if (/\/iotune\//.test(path)) return content === '0';
  const free = /^cputune\/\w+pin\b/.test(path) ? freeCpus(root, host) : undefined;
  const set = content.startsWith('<') ? / cpuset=['"]([^'"]*)['"]/.exec(content)?.[1] : content;
  return free !== undefined && isSameContent('cputune/@cpuset', set, free);
}

/** In which order calls are made: what others need comes first, what others used goes last. */
const ranks: readonly LiveCall['call'][] = [
  ...(['add-iothread', 'set-vcpus', 'attach-device', 'update-device', 'pin-vcpu', 'pin-iothread'] as const),
  ...(['pin-emulator', 'set-scheduler', 'set-iotune', 'set-numa-nodes', 'set-memory-limits', 'set-memory'] as const),
  ...(['set-balloon-period', 'detach-device', 'remove-iothread'] as const),
];

function callsFor(xml: string, change: States, host: LiveHost): readonly LiveCall[] | { readonly why: string } {
  const now = liveParts(xml, change, host);
  const { root } = parseXml(xml, { file: change.on });
  const calls: LiveCall[] = [];
  for (const { path, content } of difference(now, change.after)) {
    const from = now.find(part => part.path === path)?.content;
    const answer: LiveAnswer = callsForPart({ path, from, to: content }, root, host);
    if ('why' in answer) return answer;
    calls.push(...answer);
  }
  return together(calls).sort((a, b) => ranks.indexOf(a.call) - ranks.indexOf(b.call));
}

/** Limits that hang together are set together: libvirt takes no hard limit above that of memory and swap. */
function together(calls: readonly LiveCall[]): LiveCall[] {
  const limits = calls.flatMap(call => (call.call === 'set-memory-limits' ? [call.limits] : []));
  const others = calls.filter(({ call }) => call !== 'set-memory-limits');
  if (limits.length === 0) return others;
  return [
    ...others,
    { call: 'set-memory-limits', limits: Object.fromEntries(limits.flatMap(one => Object.entries(one))) },
  ];
}

/** `domain-live`: parts of the running half of a guest, changed by libvirt's calls. */
export const domainLiveKind = defineKind<'domain-live', readonly DomainPart[]>({
  kind: 'domain-live',
  isState: isParts,
  faultOf: on => (on === '' || on.includes('/') || on.includes('\n') ? `“${on}” is no name of a guest` : undefined),
  knobs: partKnobs,
  looks: ({ on }) => [
    { look: 'guest', guest: on, half: 'running' },
    ...liveHostFiles.map(path => ({ look: 'file', path }) as const),
  ],
  obstacle: (change, seen) => {
    const xml = seen.guest(change.on, 'running');
    if (xml === undefined) return `${change.on} does not run: start it, or change its definition alone.`;
    const calls = callsFor(
      xml,
      change,
      liveHostOf(path => seen.file(path)),
    );
    return 'why' in calls ? `${change.on}: ${calls.why}. Change its definition, and switch it off and on.` : undefined;
  },
  state: (change, seen) => {
    const xml = seen.guest(change.on, 'running');
    return xml === undefined
      ? []
      : liveParts(
          xml,
          change,
          liveHostOf(path => seen.file(path)),
        );
  },
  steps: (change, seen) => {
    const xml = seen.guest(change.on, 'running');
    const calls =
      xml === undefined
        ? []
        : callsFor(
            xml,
            change,
            liveHostOf(path => seen.file(path)),
          );
    if ('why' in calls) throw new TypeError(`${change.on}: ${calls.why}`);
    return calls.map(call => ({ do: 'live-call', guest: change.on, call }));
  },
  isSame: isSameParts,
});
