import { createHash } from "node:crypto";
import { z } from "zod";
import { refuseUnserved, type Route } from "./answer.ts";
import { inputsField, readFields, type Input } from "./fields.ts";
import { countInputTokens } from "./text.ts";

/** The width of a real model's vectors is in its weights, which no pod shows: this one stands for all. */
const defaultDimensions = 1024;
const maxDimensions = 4096;
/** The limit of the OpenAI API. */
const maxInputs = 2048;

const requestSchema = z.looseObject({
  model: z.string(),
  input: inputsField(maxInputs),
  dimensions: z.int().min(1).max(maxDimensions).nullish(),
  encoding_format: z.enum(["float", "base64"]).nullish(),
});

/** OpenAI embeddings: vectors that depend on the specialist and the input alone, so that every replica gives the same. */
export const embeddingsRoute: Route = {
  method: "POST",
  path: "/v1/embeddings",
  purpose: "inference",
  answer: (state, body) => {
    const read = readFields(requestSchema, body);
    if ("refused" in read) return read.refused;
    const { model, input, dimensions, encoding_format: encoding } = read.fields;
    const unserved = refuseUnserved(state.persona, model);
    if (unserved) return unserved;

    const data = input.map((one, index) => {
      const vector = vectorOf(state.persona.specialist, one, dimensions ?? defaultDimensions);
      const embedding = encoding === "base64" ? Buffer.from(vector.buffer).toString("base64") : [...vector];
      return { object: "embedding", index, embedding };
    });
    const tokens = countInputTokens(input);
    state.requests += 1;
    state.finished.stop += 1;
    return {
      status: 200,
      json: { object: "list", data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } },
    };
  },
};

/**
 * A unit vector out of a hash. SHAKE256 gives any number of bytes, a shorter output being the beginning of a longer
 * one: fewer dimensions are the first ones of more, scaled to length one again, as with models trained for that.
 */
function vectorOf(specialist: string, input: Input, dimensions: number): Float32Array {
  const hash = createHash("shake256", { outputLength: dimensions * 4 });
  const bytes = hash.update(JSON.stringify([specialist, input])).digest();
  // An odd number is never zero, so neither is the length.
  const raw = Array.from({ length: dimensions }, (_, index) => (bytes.readInt32LE(index * 4) | 1) / 2 ** 31);
  const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(raw, (value) => value / length);
}
