import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { dataClasses } from "../../../config/schema.ts";

const { bundles, licences, regulations } = catalogue;
const repeated = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index);
const isSentence = (text: string) => /^[A-Z].{20,}\.$/.test(text);
const isAddress = (text: string) => URL.canParse(text) && text.startsWith("https://");

describe.each([...bundles.values()].map((row) => [row.id, row] as const))("bundle %s", (_id, row) => {
  const { governance } = row;

  test("says which data it may see, each class once and in the order of all", () => {
    expect(governance.dataClasses).toEqual(dataClasses.filter((one) => governance.dataClasses.includes(one)));
    expect(governance.dataClasses).toContain("public");
  });

  test("names regulations of the catalogue, each once, with a sentence and an address", () => {
    const ids = governance.regulations.map(({ regulation }) => regulation);
    expect(repeated(ids)).toEqual([]);
    expect(ids.filter((id) => !Object.hasOwn(regulations, id))).toEqual([]);
    expect(governance.regulations.filter(({ because, source }) => !isSentence(because) || !isAddress(source))).toEqual(
      [],
    );
  });

  test("says on which day they were read", () => {
    expect(new Date(row.read).toISOString().slice(0, 10)).toBe(row.read);
  });

  test("has external providers only where it allows them", () => {
    expect(row.providers.length > 0 && !governance.externalProviders).toBe(false);
  });
});

test("data of patients comes under HIPAA", () => {
  const health = [...bundles.values()].filter(({ governance }) => governance.dataClasses.includes("health"));
  expect(health.length).toBeGreaterThan(0);
  const ids = health.map(({ governance }) => governance.regulations.map(({ regulation }) => regulation));
  expect(ids.filter((one) => !one.includes("hipaa"))).toEqual([]);
});

test("every regulation says what it is, what it asks and where its text stands", () => {
  const wrong = Object.entries(regulations).filter(
    ([id, row]) => id !== row.id || row.title === "" || !isSentence(row.asks) || !row.sources.every(isAddress),
  );
  expect(wrong).toEqual([]);
});

test("every regulation is one that a bundle comes under", () => {
  const used = new Set([...bundles.values()].flatMap((row) => row.governance.regulations.map((one) => one.regulation)));
  expect(Object.keys(regulations).filter((id) => ![...used].some((one) => one === id))).toEqual([]);
});

test("licences have titles of their own and addresses, and what is not free of conditions is accepted first", () => {
  const rows = Object.values(licences);
  expect(repeated(rows.map(({ title }) => title))).toEqual([]);
  expect(rows.filter(({ sources }) => !sources.every(isAddress))).toEqual([]);
  const unasked = rows.filter((row) => !row.needsAcceptance && row.commercialUse !== "yes");
  expect(unasked.map(({ id }) => id)).toEqual([]);
});
