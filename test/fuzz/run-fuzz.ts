import { fuzz } from './fuzz.js';
import { fileSystemSeeds, seeds } from './seeds.js';

// node run-fuzz.js FROM TO: goes through these cases and prints what came of them
const [from, to] = process.argv.slice(2).map(Number);
process.stdout.write(`${JSON.stringify(fuzz([...seeds(), ...fileSystemSeeds()], from ?? 0, to ?? 1000))}\n`);
