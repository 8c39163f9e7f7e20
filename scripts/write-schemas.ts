/** Writes the JSON Schemas of `mcunet.yml`, `report.json` and `search.json` to `dist`, for editors and for those who read reports. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../src/config/index.ts';
import { reportJsonSchema, searchReportJsonSchema } from '../src/report/index.ts';

const folder = join(import.meta.dirname, '../dist');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'mcunet.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
writeFileSync(join(folder, 'report.schema.json'), `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
writeFileSync(join(folder, 'search.schema.json'), `${JSON.stringify(searchReportJsonSchema(), null, 2)}\n`);
