import { handOver } from './handover.mjs';

const usage = `Starts E-Kinerja ASN with everything it needs, on this machine.

  npm start                       start, keeping what earlier starts stored
  npm start -- --reset            first drop the local data
  npm start -- --port 8080        the application listens on port 8080 (default 3000, or the next free one)
  npm start -- --empty            no demo data in a new database

Settings are environment variables or lines in .env: see .env.example.
Stop with Ctrl-C.
`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) console.log(usage);
else handOver('scripts/start.ts', args);
