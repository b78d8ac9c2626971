import { expect, test, vi } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { keptOutSchema, listSchema, outdatedSchema, showSchema } from "../../../cli/catalogue/document.ts";
import { usage } from "../../../cli/catalogue/options.ts";
import { answer } from "../../../cli/catalogue/run.ts";
import { rowsOf } from "../../../plan/catalogue/rows.ts";
import { stacksWith } from "../../support/stacks.ts";
import { cli, sound } from "./support.ts";

vi.setConfig({ testTimeout: 60_000 });

const run = (...args: string[]) => cli("catalogue", stacksWith({ prod: sound }), ...args);
const document = async (...args: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await run(...args, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
};

test("the list has every specialist and external provider", async () => {
  const { entries } = listSchema.parse(await document());
  const names = new Set(entries.map(({ name }) => name));
  expect([...catalogue.specialists.keys(), ...catalogue.providers.keys()].filter((name) => !names.has(name))).toEqual(
    [],
  );
  const { code, stdout, stderr } = await run();
  expect([code, stderr]).toEqual([0, ""]);
  // A header, a line for each, a blank line and the sum.
  expect(stdout.trimEnd().split("\n")).toHaveLength(entries.length + 3);
});

test("filters combine; family names and other cases of a value are understood", async () => {
  const { entries } = listSchema.parse(
    await document("--domain", "lawnemo", "--gpu", "h100", "--language", "EN", "--licence", "MIT", "--api", "chat"),
  );
  expect(entries.map(({ name }) => name)).toContain("saul-7b-instruct");
  const off = entries.filter(
    ({ domains, gpus, languages, licences, api }) =>
      !domains.includes("law") ||
      gpus.some(({ kind }) => kind !== "H100") ||
      !languages.includes("en") ||
      !licences.includes("mit") ||
      api !== "chat",
  );
  expect(off).toEqual([]);
});

test("every row of the catalogue can be shown, as text and as the document that the schema says", () => {
  for (const { names, kind } of rowsOf(catalogue)) {
    const [id] = names;
    expect(answer({ kind: "show", json: false, id })).toContain(`${kind} ${id}\n`);
    const { rows } = showSchema.parse(JSON.parse(answer({ kind: "show", json: true, id })));
    expect(rows.map((row) => row.kind)).toContain(kind);
  }
});

test("a model is shown with its sources", async () => {
  const { code, stdout } = await run("show", "saul-7b-instruct");
  expect([code, stdout.split("\n")[0]]).toEqual([0, "specialist saul-7b-instruct"]);
  for (const source of catalogue.models.get("saul-7b-instruct")?.sources ?? ["?"]) expect(stdout).toContain(source);
});

test("what was kept out is printed, each with its reason", async () => {
  const { keptOut } = keptOutSchema.parse(await document("kept-out"));
  expect(keptOut).toEqual(catalogue.keptOut);
  const { stdout } = await run("kept-out");
  expect(catalogue.keptOut.filter(({ id, reason }) => !stdout.includes(`${id} (`) || !stdout.includes(reason))).toEqual(
    [],
  );
});

test("what is outdated in an environment, with or without a lock", async () => {
  const found = outdatedSchema.parse(await document("outdated", "--env", "prod"));
  expect(found.environment).toBe("prod");
  const { code, stdout, stderr } = await run("outdated", "--env=prod");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(
    /^Environment prod runs (no specialist or external provider that has|\d+ with) a newer row or newer versions\./,
  );
});

test("the help names every command", async () => {
  expect(await run("--help")).toEqual({ code: 0, stdout: `${usage}\n`, stderr: "" });
});

test.each([
  [["show", "saul-7b-instuct"], 'The catalogue has no "saul-7b-instuct"; did you mean "saul-7b-instruct"?'],
  [["show", "A10"], 'The catalogue has no "A10"; did you mean "A10G" or "A100-40" or "A100-80"?'],
  [
    ["show", "qqqqqqqqqqqq"],
    'The catalogue has no "qqqqqqqqqqqq"; npm run catalogue lists what it has, npm run catalogue -- kept-out what was left out',
  ],
  [["--gpu", "L5"], '--gpu: the catalogue has no "L5"; did you mean "L4"?'],
  [["--domain", "LawNemo2"], '--domain: the catalogue has no "LawNemo2"; did you mean "LawNeMo"?'],
  [["--gpu", "l40"], '--gpu: the catalogue has no "l40"; did you mean "L4" or "L40S"?'],
  [["--licence", "apache"], '--licence: the catalogue has no "apache"; did you mean "apache-2.0"?'],
  [["--api", "chatt"], '--api: the catalogue has no "chatt"; did you mean "chat"?'],
  [["--api", "grpc-stream"], '--api: the catalogue has no "grpc-stream"; use one of: chat, embeddings, rerank, rest'],
  [["--licence", "apache2.0"], '--licence: the catalogue has no "apache2.0"; did you mean "apache-2.0"?'],
])("%j is answered with the nearest that is known, exit code 1", async (args, message) => {
  expect(await run(...args)).toEqual({ code: 1, stdout: "", stderr: `${message}\n` });
});

test("an environment that does not exist is refused as by the other commands", async () => {
  const { code, stdout, stderr } = await run("outdated", "--env", "prd");
  expect([code, stdout, stderr.split("\n").at(-2)]).toEqual([1, "", '    fix:     did you mean "prod"?']);
});
