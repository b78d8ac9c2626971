import { z } from "zod";
import { refusal, type Answer } from "./answer.ts";

/** Issues told in one answer; a list of ten thousand wrong messages need not be answered with ten thousand lines. */
const maxIssues = 10;

/**
 * Checks a request body, unknown fields allowed as real servers allow them.
 * @returns the typed body, or a 400 that lists the issues and names the first field at fault.
 */
export function readFields<T>(
  schema: z.ZodType<T>,
  body: unknown,
): { readonly fields: T } | { readonly refused: Answer } {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { fields: parsed.data };
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const told = issues.slice(0, maxIssues).map(({ path, message }) => `${path === "" ? "the body" : path}: ${message}`);
  const more = issues.length > maxIssues ? `; and ${issues.length - maxIssues} more` : "";
  const param = issues[0]?.path ?? "";
  return { refused: refusal(400, `${told.join("; ")}${more}`, "invalid_value", param === "" ? null : param) };
}

/** One text, or its tokens. */
export type Input = string | readonly number[];

/**
 * The input of completions and embeddings: one text or list of tokens, or a list of 1 to `max` of either. A list of
 * tokens has no limit of its own, and zod would keep an issue for each wrong one of millions: hence the plain checks.
 */
export const inputsField = (max: number) =>
  z
    .custom<Input | readonly Input[]>((value) => isInput(value) || isInputList(value, max), {
      error: `Invalid input: expected a string, a list of tokens, or a list of 1 to ${max} of either`,
    })
    .transform((value) => (isInput(value) ? [value] : value));

const isInput = (value: unknown): value is Input => typeof value === "string" || isTokens(value);

const isTokens = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token));

const isInputList = (value: unknown, max: number): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= max &&
  (value.every((one) => typeof one === "string") || value.every(isTokens));

/** Fields that chat and completions share. */
export const generationFields = {
  model: z.string(),
  max_tokens: z.int().min(1).nullish(),
  // Refused rather than ignored: a client that asks for three choices must not take one for a full answer.
  n: z.literal(1, { error: "Invalid input: expected 1, a simulated server gives one choice" }).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
};

interface StreamFields {
  readonly stream?: boolean | null | undefined;
  readonly stream_options?: { readonly include_usage?: boolean | null | undefined } | null | undefined;
}

/** The rule of the OpenAI API that stream options need a stream. */
export const withStreamRule = <T extends StreamFields>(schema: z.ZodType<T>): z.ZodType<T> =>
  schema.refine(({ stream, stream_options: options }) => stream === true || options === null || options === undefined, {
    path: ["stream_options"],
    error: "Invalid input: only allowed when stream is true",
  });
