import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeAuthority } from "../../../../rehearsal/providers/certificates.ts";

const authority = makeAuthority("Polymath rehearsal");
const ca = new X509Certificate(authority.certificate);

describe("an authority", () => {
  test("signs itself and may sign others", () => {
    expect([ca.ca, ca.subject, ca.issuer, ca.verify(ca.publicKey)]).toEqual([
      true,
      "CN=Polymath rehearsal",
      "CN=Polymath rehearsal",
      true,
    ]);
  });

  test("vouches for a server under its own name alone, which may be longer than a common name", () => {
    const host = `bedrock-runtime.${"a".repeat(63)}.amazonaws.com`;
    const { certificate, key } = authority.issue(host);
    const server = new X509Certificate(certificate);
    expect({
      isAuthority: server.ca,
      issued: server.checkIssued(ca) && server.verify(ca.publicKey),
      names: server.subjectAltName,
      host: server.checkHost(host),
      other: server.checkHost("api.openai.com"),
      ownsKey: key.startsWith("-----BEGIN PRIVATE KEY-----\n"),
    }).toEqual({
      isAuthority: false,
      issued: true,
      names: `DNS:${host}`,
      host,
      other: undefined,
      ownsKey: true,
    });
    expect(server.validFromDate < new Date() && new Date() < server.validToDate).toBe(true);
  });

  test("is nobody to another one, and gives no two certificates one number", () => {
    const other = new X509Certificate(makeAuthority("Polymath rehearsal").certificate);
    const [one, two] = [0, 1].map(() => new X509Certificate(authority.issue("a.example").certificate));
    expect(one?.verify(other.publicKey)).toBe(false);
    expect(one?.serialNumber).not.toBe(two?.serialNumber);
  });
});
