import { expect, test } from "vitest";
import {
  ask,
  boltzPersona,
  embedPersona,
  errorOf,
  finPersona,
  freezeDate,
  identityOf,
  jsonHeaders,
  post,
  serve,
} from "./support.ts";

test("lists the served names", async () => {
  const created = freezeDate();
  const url = await serve(finPersona);
  const { status, headers, text } = await ask(`${url}/v1/models?limit=1`);
  expect(status).toBe(200);
  expect(headers).toEqual(jsonHeaders(finPersona, text));
  expect(JSON.parse(text)).toEqual({
    object: "list",
    data: [
      { id: "fin-r1", object: "model", created, owned_by: "polymath" },
      { id: "finance-default", object: "model", created, owned_by: "polymath" },
    ],
    polymath: identityOf(finPersona),
  });
});

test("lists none where there are none", async () => {
  const { text } = await ask(`${await serve(boltzPersona)}/v1/models`);
  expect(JSON.parse(text)).toEqual({ object: "list", data: [], polymath: identityOf(boltzPersona) });
});

test("refuses POST", async () => {
  const { status, headers, text } = await post(`${await serve(finPersona)}/v1/models`, {});
  expect(status).toBe(405);
  expect(headers).toEqual({ ...jsonHeaders(finPersona, text), allow: "GET" });
  expect(JSON.parse(text)).toEqual(
    errorOf(finPersona, "POST is not allowed on /v1/models; use GET.", "method_not_allowed"),
  );
});

test("a NIM tells its metadata", async () => {
  const { status, headers, text } = await ask(`${await serve(embedPersona)}/v1/metadata`);
  expect(status).toBe(200);
  expect(headers).toEqual(jsonHeaders(embedPersona, text));
  expect(JSON.parse(text)).toEqual({
    assetInfo: [],
    licenseInfo: { name: "", path: "", sha: "" },
    modelInfo: [{ modelUrl: "", shortName: "embed-1b" }],
    repository_override: "",
    selectedModelProfileId: "simulated",
    version: "simulated",
    polymath: identityOf(embedPersona),
  });
});
