import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { at, embedPersona, errorOf, identityOf, jsonHeaders, post, serve } from "./support.ts";

const path = "/v1/embeddings";

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()) })),
  usage: z.unknown(),
});
const vectorsOf = (text: string) => answerSchema.parse(JSON.parse(text)).data.map(({ embedding }) => embedding);
const lengthOf = (vector: readonly number[]) => Math.hypot(...vector);

test("answers one text", async () => {
  const url = await serve(embedPersona);
  const { status, headers, text } = await post(url + path, { model: "embed-1b", input: "two words", dimensions: 2 });
  expect(status).toBe(200);
  expect(headers).toEqual(jsonHeaders(embedPersona, text));
  expect(JSON.parse(text)).toEqual({
    object: "list",
    // Computed apart from this code: SHAKE256 of ["embed","two words"] as two odd 32-bit numbers, scaled to length one.
    data: [{ object: "embedding", index: 0, embedding: [-0.6833377480506897, -0.7301024198532104] }],
    model: "embed-1b",
    usage: { prompt_tokens: 2, total_tokens: 2 },
    polymath: identityOf(embedPersona),
  });
});

describe("counts", () => {
  const cases: readonly (readonly [string, unknown, number, number])[] = [
    ["a string", "two words", 1, 2],
    ["strings", ["a", "b c"], 2, 3],
    ["tokens", [1, 2, 3], 1, 3],
    ["lists of tokens", [[1, 2], [3]], 2, 3],
  ];
  test.each(cases)("%s", async (_, input, vectors, tokens) => {
    const url = await serve(embedPersona);
    const { text } = await post(url + path, { model: "embed-1b", input, input_type: "query" });
    const answer = answerSchema.parse(JSON.parse(text));
    expect(answer.data.map(({ index, embedding }) => [index, embedding.length])).toEqual(
      Array.from({ length: vectors }, (_, index) => [index, 1024]),
    );
    expect(answer.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
  });
});

test("base64 holds the same numbers", async () => {
  const url = await serve(embedPersona);
  const body = { model: "embed-1b", input: "words", dimensions: 64 };
  const plain = await post(url + path, body);
  const packed = await post(url + path, { ...body, encoding_format: "base64" });
  const bytes = Buffer.from(String(at(packed.text, "data", 0, "embedding")), "base64");
  const numbers = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
  expect(numbers).toEqual(vectorsOf(plain.text)[0]);
});

test("always of length one, and always the same in every replica; another specialist gives others", async () => {
  const first = await serve(embedPersona);
  const second = await serve({ ...embedPersona, pod: "embed-6c-zzz", node: "gpu-l4-7" });
  const other = await serve({ ...embedPersona, specialist: "other" });
  const input = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.string(), { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
    fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
  );
  await fc.assert(
    fc.asyncProperty(input, fc.integer({ min: 2, max: 300 }), async (input, dimensions) => {
      const body = { model: "embed-1b", input, dimensions };
      const [one, two, three] = await Promise.all([first, second, other].map((url) => post(url + path, body)));
      const vectors = vectorsOf(one?.text ?? "");
      for (const vector of vectors) {
        expect(vector.length).toBe(dimensions);
        expect(lengthOf(vector)).toBeCloseTo(1, 6);
      }
      expect(vectorsOf(two?.text ?? "")).toEqual(vectors);
      expect(vectorsOf(three?.text ?? "")).not.toEqual(vectors);
    }),
    { numRuns: 50 },
  );
});

test("fewer dimensions are the first of more", async () => {
  const url = await serve(embedPersona);
  const ask = async (dimensions: number) =>
    vectorsOf((await post(url + path, { model: "embed-1b", input: "words", dimensions })).text)[0] ?? [];
  const few = await ask(8);
  const begin = (await ask(16)).slice(0, 8);
  const length = lengthOf(begin);
  expect(few.length).toBe(8);
  for (const [index, value] of begin.entries()) expect(few[index]).toBeCloseTo(value / length, 6);
});

describe("refuses", () => {
  const inputs = "input: Invalid input: expected a string, a list of tokens, or a list of 1 to 2048 of either";
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string, string])[] = [
    ["no input", {}, inputs, "input"],
    ["no inputs", { input: [] }, inputs, "input"],
    ["too many", { input: Array.from({ length: 2049 }, () => "a") }, inputs, "input"],
    ["no dimensions", { input: "a", dimensions: 0 }, "dimensions: Too small: expected number to be >=1", "dimensions"],
    [
      "too many dimensions",
      { input: "a", dimensions: 4097 },
      "dimensions: Too big: expected number to be <=4096",
      "dimensions",
    ],
    [
      "an unknown encoding",
      { input: "a", encoding_format: "int8" },
      'encoding_format: Invalid option: expected one of "float"|"base64"',
      "encoding_format",
    ],
  ];
  test.each(cases)("%s", async (_, fields, message, param) => {
    const url = await serve(embedPersona);
    const { status, text } = await post(url + path, { model: "embed-1b", ...fields });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual(errorOf(embedPersona, message, "invalid_value", param));
  });

  test("a model that is not served", async () => {
    const url = await serve(embedPersona);
    const { status, text } = await post(url + path, { model: "x", input: "a" });
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual(
      errorOf(embedPersona, "The model `x` does not exist. This server serves: embed-1b.", "model_not_found", "model"),
    );
  });
});
