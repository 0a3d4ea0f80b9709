import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folder of test data by other projects, or undefined where it is not at hand; tests that need it are then skipped.
 * `NEARMETAL_TEST_DATA` names it; else it is the folder `shared/data` beside the project.
 */
export const sharedData: string | undefined = [
  process.env['NEARMETAL_TEST_DATA'] ?? '',
  join(import.meta.dirname, '../../../shared/data'),
  join(process.cwd(), '../shared/data'),
].find(folder => folder !== '' && existsSync(folder));
