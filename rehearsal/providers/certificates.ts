import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** A key and its certificate, as PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of its own, which nobody outside of a rehearsal trusts. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** A server's certificate for one host name. */
  readonly issue: (host: string) => Certified;
}

// DER, as far as X.509 version 3 (RFC 5280) needs it here.
const sequence = 0x30;
const integer = 0x02;
const bitString = 0x03;
const octetString = 0x04;
const utf8 = 0x0c;
const utcTime = 0x17;
const set = 0x31;
/** `[0]` to `[3]`, the explicit ones constructed. */
const explicit = (number: number) => 0xa0 + number;
const dnsName = 0x82;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const bytes = content.length < 0x100 ? [content.length] : [content.length >> 8, content.length & 0xff];
  const length = content.length < 0x80 ? bytes : [0x80 + bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const bits = (content: Buffer) => der(bitString, Buffer.from([0]), content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const truth = Buffer.from([0x01, 0x01, 0xff]);

const ecdsaWithSha256 = der(sequence, oid("2a8648ce3d040302"));
const commonName = (name: string) =>
  der(sequence, der(set, der(sequence, oid("550403"), der(utf8, Buffer.from(name)))));
const time = (date: Date) => der(utcTime, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-T:]/g, "")}Z`));

/** Critical: may sign certificates. */
const isAuthority = der(sequence, oid("551d13"), truth, der(octetString, der(sequence, truth)));
const isFor = (host: string) =>
  der(sequence, oid("551d11"), der(octetString, der(sequence, der(dnsName, Buffer.from(host)))));

const day = 86_400_000;

function certificateOf(
  subject: string,
  publicKey: KeyObject,
  extension: Buffer,
  issuer: { readonly name: string; readonly key: KeyObject },
): string {
  const now = Date.now();
  // Positive, and of no more bytes than it says.
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
  const content = der(
    sequence,
    der(explicit(0), der(integer, Buffer.from([2]))),
    der(integer, serial),
    ecdsaWithSha256,
    commonName(issuer.name),
    der(sequence, time(new Date(now - day)), time(new Date(now + 30 * day))),
    commonName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(explicit(3), der(sequence, extension)),
  );
  const signed = der(sequence, content, ecdsaWithSha256, bits(sign("sha256", content, issuer.key)));
  const lines = signed.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Makes an authority with a new key, which never leaves this process. */
export function makeAuthority(name: string): Authority {
  const { publicKey, privateKey } = newKeys();
  const issuer = { name, key: privateKey };
  return {
    certificate: certificateOf(name, publicKey, isAuthority, issuer),
    issue: (host) => {
      const server = newKeys();
      return {
        // A common name holds at most 64 characters; a host's place is the extension.
        certificate: certificateOf("an external provider", server.publicKey, isFor(host), issuer),
        key: server.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}
