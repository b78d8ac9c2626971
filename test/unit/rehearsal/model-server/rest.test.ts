import { expect, test } from "vitest";
import { at, boltzPersona, errorOf, finPersona, identityOf, jsonHeaders, post, serve } from "./support.ts";

const path = "/biology/mit/boltz2/predict";

test("any JSON object gets an answer that says what arrived", async () => {
  const url = await serve(boltzPersona);
  const { status, headers, text } = await post(url + path, { polymers: [{ id: "A", sequence: "MKV" }], ligands: [] });
  expect(status).toBe(200);
  expect(headers).toEqual(jsonHeaders(boltzPersona, text));
  expect(JSON.parse(text)).toEqual({
    simulated: true,
    path,
    received: ["polymers", "ligands"],
    polymath: identityOf(boltzPersona),
  });
});

test("no more than a hundred fields are told", async () => {
  const fields = Array.from({ length: 101 }, (_, index) => `f${index}`);
  const { text } = await post((await serve(boltzPersona)) + path, Object.fromEntries(fields.map((name) => [name, 1])));
  expect(at(text, "received")).toEqual(fields.slice(0, 100));
});

test("anything but an object is refused", async () => {
  const url = await serve(boltzPersona);
  for (const [body, word] of [
    ["[]", "array"],
    ['"x"', "string"],
    ["null", "null"],
    ["7", "number"],
  ] as const) {
    const { status, text } = await post(url + path, body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual(
      errorOf(boltzPersona, `the body: Invalid input: expected record, received ${word}`, "invalid_value"),
    );
  }
});

test("a chat server may have a REST path too", async () => {
  const url = await serve({ ...finPersona, restPaths: ["/v1/infer"] });
  const infer = await post(`${url}/v1/infer`, {});
  const chat = await post(`${url}/v1/chat/completions`, {
    model: "fin-r1",
    messages: [{ role: "user", content: "a" }],
  });
  expect([infer.status, chat.status]).toEqual([200, 200]);
});
