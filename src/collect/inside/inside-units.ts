import { fileFact, fileText, lackOf } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { cronTasks } from '#formats/conf/crontab';
import { lastSetting, parseUnitFile } from '#formats/conf/unit-file';
import { unitFolders } from '#formats/guest-agent/readable-paths';
import { type GuestInside, heavyWork, type InsideTimer, servicesInside } from '#model/guest-inside';
import { absent, type Known, known, mapKnown } from '#model/known';

const etc = unitFolders[0];

/** A link cannot be followed through an agent, only read through: a target is known by its description (systemd: units/). */
const targets: ReadonlyMap<string, string> = new Map([
  ['Graphical Interface', 'graphical.target'],
  ['Multi-User System', 'multi-user.target'],
  ['Multi-User', 'multi-user.target'],
  ['Basic System', 'basic.target'],
  ['Rescue Mode', 'rescue.target'],
  ['Emergency Mode', 'emergency.target'],
]);

const descriptionOf = (text: string): string | undefined =>
  lastSetting([parseUnitFile(text)], 'Unit.Description')?.slice(0, 100);

const defaultTarget: Reading<string> = {
  says: 'the target that its systemd starts at boot',
  ways: unitFolders.map(folder => ({ file: `${folder}/default.target` })),
  read(sources) {
    const ways = unitFolders.map(
      folder => (): Known<string> =>
        fileFact(sources, `${folder}/default.target`, text => {
          const description = descriptionOf(text);
          return description === undefined ? undefined : (targets.get(description) ?? description);
        }),
    );
    const [first, ...others] = ways;
    return first === undefined ? absent() : firstOfAllWays(first, ...others);
  },
};

const logind = ['/etc/systemd/logind.conf', '/usr/lib/systemd/logind.conf'] as const;

/** systemd 252 and later ship the file below /usr, older ones below /etc, with everything commented out. */
const powerKey: Reading<string> = {
  says: 'what it does when somebody presses its power button, as virsh shutdown does',
  ways: logind.map(file => ({ file })),
  read(sources) {
    const parse = (text: string): string =>
      lastSetting([parseUnitFile(text)], 'Login.HandlePowerKey')?.slice(0, 40) ?? 'poweroff';
    return firstOfAllWays(
      () => fileFact(sources, logind[0], parse),
      () => fileFact(sources, logind[1], parse),
    );
  },
};

const wants = ['multi-user', 'sysinit', 'basic'].map(target => `${etc}/${target}.target.wants`);

const services: Reading<readonly string[]> = {
  says: 'services for randomness that are enabled in it',
  ways: [{ file: `${etc}/*.target.wants/*.service` }],
  read(sources) {
    const looks = servicesInside.flatMap(name =>
      wants.map(folder => {
        const path = `${folder}/${name}.service`;
        return { name, path, text: sources.files.read(path) };
      }),
    );
    for (const { text, path } of looks)
      if (text.outcome === 'denied' || text.outcome === 'not-captured') return lackOf(text, path);
    const enabled = [...new Set(looks.filter(({ text }) => text.outcome === 'ok').map(({ name }) => name))];
    return known(enabled, { from: `${etc}/*.target.wants`, value: enabled.join(' ') || 'none of those looked for' });
  },
};

const crontab = '/etc/crontab';

const timers: Reading<readonly InsideTimer[]> = {
  says: 'timers and cron lines in it that start heavy work',
  ways: [{ file: `${etc}/timers.target.wants/*.timer` }, { file: `${etc}/*.timer.d/override.conf` }, { file: crontab }],
  read(sources) {
    const found: InsideTimer[] = [];
    const cron = fileText(sources, crontab);
    const looks = heavyWork.map(name => {
      const file = `${etc}/timers.target.wants/${name}.timer`;
      return { name, file, text: sources.files.read(file) };
    });
    if (cron.state === 'unknown') return cron;
    for (const { name, file, text } of looks) {
      if (text.outcome === 'absent') continue;
      if (text.outcome !== 'ok') return lackOf(text, file);
      const timer = timerOf(sources, name, file, text.value);
      if ('state' in timer) return timer;
      if (timer.calendar !== '') found.push(timer);
    }
    if (cron.state === 'known') {
      for (const { schedule, task } of cronTasks(cron.value))
        found.push({ name: `${crontab}: ${task}`, calendar: schedule, randomizedDelay: undefined, file: crontab });
    }
    const words = found.map(
      ({ name, calendar, randomizedDelay }) =>
        `${name} ${calendar}${randomizedDelay === undefined ? '' : ` ± ${randomizedDelay}`}`,
    );
    return known(found, { from: `${etc}/timers.target.wants, ${crontab}`, value: words.join(', ') || 'none' });
  },
};

function timerOf(sources: Sources, name: string, file: string, text: string): InsideTimer | Known<never> {
  const path = `${etc}/${name}.timer.d/override.conf`;
  const more = sources.files.read(path);
  if (more.outcome === 'denied' || more.outcome === 'not-captured') return lackOf(more, path);
  const settings = parseUnitFile(more.outcome === 'ok' ? `${text}\n${more.value}` : text);
  const all = settings.filter(setting => setting.name === 'Timer.OnCalendar').map(({ value }) => spelledOut(value));
  const delay = settings.findLast(setting => setting.name === 'Timer.RandomizedDelaySec')?.value;
  return {
    name: `${name}.timer`,
    calendar: all.join('; ').slice(0, 200),
    randomizedDelay: delay === undefined || /^0+(?:s|sec|min|h)?$/.test(delay) ? undefined : delay.slice(0, 40),
    file,
  };
}

/** systemd.time(7): shorthands of calendar events. */
const spelledOut = (calendar: string): string =>
  ({
    minutely: '*-*-* *:*:00',
    hourly: '*-*-* *:00:00',
    daily: '*-*-* 00:00:00',
    weekly: 'Mon *-*-* 00:00:00',
    monthly: '*-*-01 00:00:00',
  })[calendar] ?? calendar;

/** What systemd and cron start in the guest. */
export const unitsInside: ReadingsOf<
  Pick<GuestInside, 'defaultTarget' | 'displayManager' | 'powerKey' | 'services' | 'timers'>
> = {
  defaultTarget,
  displayManager: {
    says: 'the display manager that is enabled in it',
    ways: [{ file: `${etc}/display-manager.service` }],
    read: sources =>
      mapKnown(fileText(sources, `${etc}/display-manager.service`), text => descriptionOf(text) ?? 'a display manager'),
  },
  powerKey,
  services,
  timers,
};
