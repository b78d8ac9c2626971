import { crc32 } from "node:zlib";

const textType = 7;

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([textType]),
    length,
    Buffer.from(value),
  ]);
}

function checked(content: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(content));
  return Buffer.concat([content, sum]);
}

/** One message of an AWS event stream: two lengths with their checksum, headers, payload, and the checksum of all of it. */
export function eventMessage(type: string, payload: unknown): Buffer {
  const headers = Buffer.concat([
    header(":event-type", type),
    header(":content-type", "application/json"),
    header(":message-type", "event"),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(8 + 4 + headers.length + body.length + 4, 0);
  lengths.writeUInt32BE(headers.length, 4);
  return checked(Buffer.concat([checked(lengths), headers, body]));
}
