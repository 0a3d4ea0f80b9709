/** Programs whose work is heavy on disks or networks. */
const heavy =
  /\b(fstrim|zypper|dnf|yum|apt-get|updatedb|checkarray|mdcheck|btrfs|rsync|cron\.(?:daily|weekly|monthly))\b/;

/** One line of a crontab that starts heavy work. */
export interface CronTask {
  /** The five fields of the time, or the word after `@`. */
  readonly schedule: string;
  /** The program that makes it heavy. */
  readonly task: string;
}

/** Reads /etc/crontab (crontab(5)); gives the lines that start heavy work. */
export function cronTasks(text: string): readonly CronTask[] {
  return text.split('\n', 2000).flatMap(raw => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const match = /^((?:@\w{1,20})|(?:[\w*,/-]{1,60}\s+){4}[\w*,/-]{1,60})\s+(\S.*)$/.exec(line);
    const task = heavy.exec(match?.[2] ?? '')?.[1];
    return match?.[1] === undefined || task === undefined ? [] : [{ schedule: match[1].replaceAll(/\s+/g, ' '), task }];
  });
}
