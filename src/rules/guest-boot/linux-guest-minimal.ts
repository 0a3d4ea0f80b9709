import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, type Part } from '#check/verdict';
import { runsSystem } from '#model/derived/runs-system';
import { timesOfHeavyWork } from '#model/derived/shared-timers';
import { ifKnown, orAbsent } from '#model/known';

const units = '/etc/systemd/system';
const graphical = { [`${units}/default.target`]: '[Unit]\nDescription=Graphical Interface' };
const display = { [`${units}/display-manager.service`]: '[Unit]\nDescription=GNOME Display Manager' };
const trim = (more = '') => ({
  xml: '',
  inside: { [`${units}/timers.target.wants/fstrim.timer`]: `[Timer]\nOnCalendar=daily\n${more}` },
});
const five = [trim(), trim(), trim(), trim()];

export default defineRule({
  id: 'guest-boot/linux-guest-minimal',
  subject: 'guest',
  guide: ['6.4'],
  severity: 'hint',
  says: 'A Linux guest runs no desktop that nobody looks at, and does its housekeeping when others do not.',
  because:
    'A desktop takes memory and wakes CPUs in every guest; and what one guest does in a minute at midnight, a hundred guests of one image do in the same minute on one storage.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.4' },
    { grade: 'documented', at: 'systemd: systemd.special(7), default.target; systemd.timer(5), RandomizedDelaySec' },
  ],
  intents: { desktop: { level: 'neutral' } },
  params: {
    guestsAtOnce: { default: 5, unit: 'guests', why: 'fewer guests that trim or scrub at once are rarely felt' },
  },
  costs: ['Work that is spread over an hour is done later than the clock says.'],
  scope: { says: 'Linux guests', holds: ({ guest }) => runsSystem(guest, 'linux') },
  needs: {
    target: ({ guest }) => orAbsent(guest.inside.defaultTarget),
    display: ({ guest }) => orAbsent(guest.inside.displayManager),
    commandLine: ({ guest }) => ifKnown(guest.inside.commandLine),
    timers: ({ guest }) => guest.inside.timers,
    times: ({ guests }) => timesOfHeavyWork(guests),
  },
  check({ target, display: manager, commandLine = [], timers, times }, { intents, params }) {
    if (target === undefined && timers.length === 0) return notApplicable('neither systemd nor cron tells of anything');
    const told = commandLine.findLast(
      ({ name, value }) => name === 'systemd.unit' || (name === '3' && value === undefined),
    );
    const isGraphical =
      target === 'graphical.target' && manager !== undefined && told === undefined && !intents.includes('desktop');
    const crowded = timers
      .filter(({ randomizedDelay }) => randomizedDelay === undefined)
      .map(timer => ({ ...timer, guests: times?.get(timer.calendar) ?? 1 }))
      .filter(({ guests }) => guests >= params.guestsAtOnce);
    const parts: readonly Part[] = [
      ...(isGraphical ? [{ key: 'graphical', saw: `it boots into ${target} with ${manager}` }] : []),
      ...crowded.map(({ name, calendar, guests }) => ({
        key: name,
        saw: `${name} (${calendar}) starts in ${guests} guests at the same time`,
      })),
    ];
    const [first] = parts;
    if (first === undefined) return good;
    const advice = [
      ...(isGraphical ? ['systemctl set-default multi-user.target, then systemctl isolate multi-user.target'] : []),
      ...crowded.map(({ name, file }) =>
        name.endsWith('.timer')
          ? `systemctl edit ${name}: [Timer] RandomizedDelaySec=1h`
          : `another minute in ${file}, or a sleep of a random time before the command`,
      ),
    ];
    return bad(parts.length === 1 ? first.saw : `${parts.length} things in it run for nobody, or all at once`, {
      wants: 'multi-user.target, and RandomizedDelaySec on timers',
      parts,
      otherwise: `In the guest: ${advice.join('; ')}.`,
    });
  },
  examples: [
    {
      name: 'a desktop on a server',
      guest: { xml: '', inside: { ...graphical, ...display } },
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'a desktop',
      guest: { xml: '', inside: { ...graphical, ...display } },
      intents: ['desktop'],
      expect: 'good',
    },
    { name: 'graphical.target without a display manager', guest: { xml: '', inside: graphical }, expect: 'good' },
    {
      name: 'told otherwise on its command line',
      guest: { xml: '', inside: { ...graphical, ...display, '/proc/cmdline': 'quiet systemd.unit=multi-user.target' } },
      expect: 'good',
    },
    { name: 'five guests trim at midnight', guest: trim(), others: five, expect: 'bad' },
    { name: 'four guests do', guest: trim(), others: five.slice(1), expect: 'good' },
    { name: 'spread over an hour', guest: trim('RandomizedDelaySec=1h'), others: five, expect: 'good' },
    { name: 'a small guest', guest: { xml: '', inside: {} }, expect: 'good' },
    {
      name: 'a container-like guest without systemd',
      guest: {
        xml: '',
        inside: { [`${units}/default.target`]: null, [`${units}/timers.target.wants/fstrim.timer`]: null },
      },
      expect: 'not-applicable',
    },
    { name: 'an agent that was not asked', expect: 'unknown' },
  ],
});
