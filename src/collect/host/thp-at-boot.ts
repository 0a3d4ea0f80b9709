import type { Reading, ReadingsOf } from '#collect/reading';
import { type BootFacts, thpAtBoot } from '#model/derived/thp-at-boot';
import type { BootSetting } from '#model/memory';

/** Takes the readings of all that writes transparent_hugepage/enabled at boot; gives the reading of what comes out of them. */
export function thpAtBootReading({ kernel, tuned }: ReadingsOf<BootFacts>): Reading<BootSetting> {
  const { commandLine, configuredCommandLine, tmpfiles, bootWrites, config } = kernel;
  const { settings } = tuned;
  return {
    says: 'what the next boot makes of transparent huge pages, and by whom',
    ways: [commandLine, configuredCommandLine, tmpfiles, bootWrites, config, settings].flatMap(reading => reading.ways),
    read: sources =>
      thpAtBoot({
        kernel: {
          commandLine: commandLine.read(sources),
          configuredCommandLine: configuredCommandLine.read(sources),
          tmpfiles: tmpfiles.read(sources),
          bootWrites: bootWrites.read(sources),
          config: config.read(sources),
        },
        tuned: { settings: settings.read(sources) },
      }),
  };
}
