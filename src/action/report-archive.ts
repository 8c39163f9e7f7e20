/** A report out of an artifact. The archive may come from anyone: nothing of it is written to disk or believed. */
import { unzipSync } from 'fflate';
import { Failure } from '../base/index.ts';
import { parseReport, type Report } from '../report/index.ts';

export const mostArchiveBytes: number = 20 * 1024 * 1024;
const mostReportBytes = 100 * 1024 * 1024;
const mostEntries = 1000;
const reportName = 'report.json';

/** Throws `REPORT_ARCHIVE_REFUSED`, or what `parseReport` throws. */
export function readReportArchive(archive: Uint8Array): Report {
  return parseReport(readArchive(archive, reportName));
}

/** One file of the archive's top folder as text. */
export function readArchive(archive: Uint8Array, wanted: string): string {
  refuseLinks(archive);
  let entries = 0;
  let unpacked: Readonly<Record<string, Uint8Array>>;
  try {
    unpacked = unzipSync(archive, {
      filter: ({ name, originalSize }) => {
        entries += 1;
        if (entries > mostEntries) throw refused('it has too many entries');
        if (isOutside(name)) throw refused('an entry points outside of it');
        if (name !== wanted) return false;
        if (originalSize > mostReportBytes) throw refused(`${wanted} is too large`);
        return true;
      },
    });
  } catch (error) {
    throw error instanceof Failure ? error : refused('it is no archive');
  }
  const contents = unpacked[wanted];
  if (contents === undefined) throw refused(`it has no ${wanted}`);
  return new TextDecoder().decode(contents);
}

function isOutside(name: string): boolean {
  return name.startsWith('/') || name.includes('\\') || name.split('/').includes('..');
}

const directoryEntry = 0x02014b50;
const linkType = 0xa000;
const typeMask = 0xf000;

/** Entries that Unix would unpack as links; looked for wherever a directory entry may begin. */
function refuseLinks(archive: Uint8Array): void {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let offset = 0; offset + 46 <= archive.length; offset++) {
    if (archive[offset] !== 0x50 || view.getUint32(offset, true) !== directoryEntry) continue;
    const mode = view.getUint32(offset + 38, true) >>> 16;
    if ((mode & typeMask) === linkType) throw refused('it has a link');
  }
}

function refused(problem: string): Failure {
  return new Failure({
    code: 'REPORT_ARCHIVE_REFUSED',
    kind: 'usage',
    message: `the archive is refused: ${problem}`,
    where: 'the uploaded report',
    hint: `upload ${reportName} alone, as the supplied workflow does`,
  });
}
