import assert from 'node:assert/strict';
import test from 'node:test';
import { referenceInside } from '#check/reference/reference-inside';
import { fetchInside } from '#collect/fetch/fetch-inside';
import { fetchInsides } from '#collect/fetch/fetch-insides';
import { insideOf } from '#collect/inside/guest-inside';
import type { InsideSource } from '#collect/inside/inside-guests';
import { insideReadings } from '#collect/inside/inside-readings';
import { listReadings } from '#collect/reading';
import type { AgentQuestion } from '#formats/guest-agent/agent-question';
import { isReadablePath, readablePaths } from '#formats/guest-agent/readable-paths';
import { CallTimeout } from '#libvirt/call-timeout';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { GuestInside } from '#model/guest-inside';
import type { Unknown } from '#model/known';
import { domainAnswer } from '../../../test/libvirt-answers.js';

const domain = { name: 'db01', uuid: '5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b01', id: 1 };
const patient = AbortSignal.timeout(60_000);
const agentError = (message: string, code = 1): LibvirtError =>
  new LibvirtError('domain_agent_command', {
    code,
    domain: 10,
    level: 2,
    message: `internal error: unable to execute QEMU agent command 'guest-file-open': ${message}`,
  } as ConstructorParameters<typeof LibvirtError>[1]);

const info = (...commands: readonly string[]): unknown => ({
  version: '7.2.22',
  supported_commands: commands.map(name => ({ name, enabled: true })),
});
const usual = ['guest-info', 'guest-get-osinfo', 'guest-file-open', 'guest-file-read', 'guest-file-close'];

/** An agent over files; `spoil` may answer otherwise. Counts what is open. */
function agent(
  files: Readonly<Record<string, string>>,
  spoil: (question: AgentQuestion) => string | Error | undefined = () => undefined,
) {
  const open = new Map<number, string>();
  const asked: AgentQuestion[] = [];
  let next = 1000;
  const answer = (question: AgentQuestion): unknown => {
    switch (question.ask) {
      case 'guest-info':
        return info(...usual);
      case 'guest-get-osinfo':
        return { id: 'sles', 'pretty-name': 'SLES 15' };
      case 'guest-file-open': {
        const text = files[question.path];
        if (text === undefined)
          throw agentError(`failed to open file '${question.path}' (mode: 'r'): No such file or directory`);
        open.set(++next, text);
        return next;
      }
      case 'guest-file-read': {
        const text = open.get(question.handle) ?? '';
        open.set(question.handle, '');
        return { count: text.length, 'buf-b64': Buffer.from(text).toString('base64'), eof: true };
      }
      default:
        if (question.ask === 'guest-file-close') open.delete(question.handle);
        return {};
    }
  };
  return {
    open,
    asked,
    connection: {
      askAgent: (_: unknown, question: AgentQuestion): Promise<string> => {
        asked.push(question);
        const spoilt = spoil(question);
        if (spoilt instanceof Error) return Promise.reject(spoilt);
        if (spoilt !== undefined) return Promise.resolve(spoilt);
        return Promise.resolve()
          .then(() => answer(question))
          .then(value => JSON.stringify({ return: value }));
      },
    },
  };
}

const factsOf = (source: InsideSource | Unknown): GuestInside =>
  insideOf({ inside: { guests: new Map([[domain.uuid, source]]) } })(domain);

test('the readings ask for what they want, and files are closed again', async () => {
  const { connection, open, asked } = agent(referenceInside);
  const facts = factsOf(await fetchInside(connection, domain, patient));
  assert.equal(facts.thp.state === 'known' && facts.thp.value, 'madvise');
  assert.equal(facts.virtioDevices.state === 'known' && facts.virtioDevices.value.length, 5);
  assert.equal(facts.disks.state === 'known' && facts.disks.value[0]?.scheduler, 'none');
  assert.equal(facts.kernel.state === 'known' && facts.kernel.value.numbers.join('.'), '5.14.21');
  assert.equal(
    facts.thp.state === 'known' && facts.thp.evidence[0]?.from,
    'guest agent 7.2.22: /sys/kernel/mm/transparent_hugepage/enabled',
  );
  assert.equal(open.size, 0);
  assert.ok(asked.every(question => question.ask !== 'guest-file-open' || isReadablePath(question.path)));
  assert.ok(asked.length < 400, String(asked.length));
});

test('every file that a reading from inside a guest names is on the closed list, and every entry of the list is named by one', () => {
  const named = new Set(
    listReadings(insideReadings).flatMap(({ reading }) =>
      reading.ways.flatMap(way => ('file' in way ? [way.file] : [])),
    ),
  );
  assert.deepEqual(
    [...named].filter(path => !readablePaths.includes(path)),
    [],
  );
  assert.deepEqual(
    readablePaths.filter(path => !named.has(path)),
    [],
  );
});

test('an agent that does not answer is not asked twice', async () => {
  const { connection, asked } = agent({}, () => new CallTimeout('domain_agent_command', 12_000, true));
  const source = await fetchInside(connection, domain, patient);
  assert.ok('state' in source && /did not answer in time/.test(source.reason), JSON.stringify(source));
  assert.equal(asked.length, 1);
});

test('an agent that falls silent in the middle keeps what it said before', async () => {
  const { connection } = agent(referenceInside, question =>
    question.ask === 'guest-file-open' && question.path.startsWith('/sys/bus')
      ? agentError('', 86)
      : question.ask === 'guest-file-open' && question.path === '/proc/swaps'
        ? new CallTimeout('domain_agent_command', 12_000, true)
        : undefined,
  );
  const facts = factsOf(await fetchInside(connection, domain, patient));
  assert.equal(facts.system.state, 'known');
  assert.ok(
    facts.swaps.state === 'unknown' && /did not answer in time/.test(facts.swaps.reason),
    JSON.stringify(facts.swaps),
  );
});

test('a slow agent is left when the time of its guest is over', async () => {
  const signal = AbortSignal.abort();
  const { connection, asked } = agent(referenceInside, () => new Error('aborted'));
  const source = await fetchInside(connection, domain, signal);
  assert.ok('state' in source && /took too long/.test(source.reason));
  assert.equal(asked.length, 1);
});

test('an agent that may not read files says so, and what it may tell is known', async () => {
  const { connection } = agent(referenceInside, question =>
    question.ask === 'guest-info' ? JSON.stringify({ return: info('guest-info', 'guest-get-osinfo') }) : undefined,
  );
  const facts = factsOf(await fetchInside(connection, domain, patient));
  assert.equal(facts.system.state === 'known' && facts.system.value, 'linux');
  assert.ok(facts.thp.state === 'unknown' && /does not allow guest-file-open/.test(facts.thp.reason));
  assert.ok(facts.thp.state === 'unknown' && facts.thp.remedy?.includes('--guest-facts'));
});

test('whatever an agent answers is harmless', async () => {
  const rubbish = [
    '',
    '{"return":',
    '{"return":null}',
    '{"return":{"count":-1,"buf-b64":"!!!","eof":"no"}}',
    `{"return":{"count":1,"buf-b64":"${'A'.repeat(1e6)}","eof":false}}`,
    `{"return":${JSON.stringify(Array.from({ length: 1e5 }, (_, at) => at))}}`,
    '{"return":{"id":"__proto__","pretty-name":{"a":1}}}',
  ];
  for (const answer of rubbish) {
    const { connection } = agent(referenceInside, question => (question.ask === 'guest-info' ? undefined : answer));
    const facts = factsOf(await fetchInside(connection, domain, patient));
    assert.equal(facts.thp.state, 'unknown', answer.slice(0, 40));
    const first = agent({}, () => answer);
    const source = await fetchInside(first.connection, domain, patient);
    assert.ok('state' in source && /no answer that was understood/.test(source.reason));
  }
});

test('a file without end is left, and its handle closed', async () => {
  const piece = JSON.stringify({
    return: { count: 65_536, 'buf-b64': Buffer.alloc(65_536, 'x').toString('base64'), eof: false },
  });
  const { connection, open, asked } = agent(referenceInside, question =>
    question.ask === 'guest-file-read' ? piece : undefined,
  );
  const facts = factsOf(await fetchInside(connection, domain, patient));
  assert.ok(facts.thp.state === 'unknown' && /longer than 256 KiB/.test(facts.thp.reason));
  assert.equal(open.size, 0);
  assert.ok(asked.length < 2000);
});

test('contents that lie make unknown facts, never a crash', async () => {
  for (const text of ['', '\0', 'x'.repeat(60_000), '\uFFFD\n'.repeat(2000), '[['.repeat(5000)]) {
    const files = Object.fromEntries(Object.keys(referenceInside).map(path => [path, text]));
    const facts = factsOf(await fetchInside(agent(files).connection, domain, patient));
    for (const fact of Object.values(facts)) assert.ok(['known', 'absent', 'unknown'].includes(fact.state));
  }
});

test('guests that are off or have nobody at their channel are not asked; one that hangs costs only itself', async () => {
  const channel = (state: string): string =>
    `<domain><devices><channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='${state}'/></channel></devices></domain>`;
  const uuid = (at: number): string => `5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b0${at}`;
  const connected = { liveXml: { value: channel('connected') } };
  const domains = [
    domainAnswer('off', { uuid: uuid(1), state: { value: 5 }, liveXml: undefined }),
    domainAnswer('deaf', { uuid: uuid(2), liveXml: { value: channel('disconnected') } }),
    domainAnswer('bare', { uuid: uuid(3), liveXml: { value: '<domain/>' } }),
    domainAnswer('hangs', { uuid: uuid(4), ...connected }),
    domainAnswer('well', { uuid: uuid(5), ...connected }),
  ];
  const good = agent(referenceInside);
  const asked = new Set<string>();
  const connection = {
    askAgent: (to: { readonly name: string }, question: AgentQuestion): Promise<string> => {
      asked.add(to.name);
      return to.name === 'hangs'
        ? Promise.reject(new CallTimeout('domain_agent_command', 1, true))
        : good.connection.askAgent(to, question);
    },
  };
  const { guests } = await fetchInsides(
    connection,
    { value: domains },
    { deadline: () => patient, only: [], signal: patient },
  );
  assert.deepEqual([...asked].sort(), ['hangs', 'well']);
  const reason = (at: number): string | undefined => {
    const found = guests.get(uuid(at));
    return found !== undefined && 'state' in found ? found.reason : undefined;
  };
  assert.match(reason(1) ?? '', /does not run/);
  assert.match(reason(2) ?? '', /no guest agent answers/);
  assert.match(reason(3) ?? '', /no channel/);
  assert.match(reason(4) ?? '', /did not answer/);
  assert.equal(reason(5), undefined);
  const late = await fetchInsides(
    connection,
    { value: domains },
    { deadline: () => patient, only: [], signal: AbortSignal.abort() },
  );
  const left = late.guests.get(uuid(5));
  assert.ok(left !== undefined && 'state' in left && /no time left/.test(left.reason));
  const one = await fetchInsides(
    connection,
    { value: domains },
    { deadline: () => patient, only: ['well'], signal: patient },
  );
  assert.deepEqual([...one.guests.keys()], [uuid(5)]);
});
