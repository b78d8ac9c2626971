import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { refuseUnserved, type Route, type ServerState } from "./answer.ts";
import { generationFields, inputsField, readFields, withStreamRule, type Input } from "./fields.ts";
import {
  countFinished,
  countInputTokens,
  envelopeOf,
  simulateText,
  usageOf,
  type SimulatedText,
  type Usage,
} from "./text.ts";

/** One choice is answered per prompt; the limit keeps an answer small. */
const maxPrompts = 128;

const requestSchema = withStreamRule(z.looseObject({ ...generationFields, prompt: inputsField(maxPrompts) }));

/** What is echoed: tokens mean nothing without a tokenizer, so only their number is told. */
const sayPrompt = (prompt: Input): string => (typeof prompt === "string" ? prompt : `[${prompt.length} tokens]`);

/** OpenAI completions: one choice per prompt, whole or as a stream. */
export const completionsRoute: Route = {
  method: "POST",
  path: "/v1/completions",
  purpose: "inference",
  answer: (state, body) => {
    const read = readFields(requestSchema, body);
    if ("refused" in read) return read.refused;
    const { model, prompt, stream, stream_options: options, max_tokens: maxTokens } = read.fields;
    const unserved = refuseUnserved(state.persona, model);
    if (unserved) return unserved;

    const texts = prompt.map((one) => simulateText(state.persona, sayPrompt(one), maxTokens));
    const usage = usageOf(countInputTokens(prompt), texts);
    if (stream === true) return { events: chunks(state, model, texts, options?.include_usage === true ? usage : null) };

    countFinished(state, texts);
    return {
      status: 200,
      json: {
        ...envelopeOf(state, "cmpl", "text_completion", model),
        choices: texts.map(({ tokens, finishReason }, index) => choice(index, tokens.join(""), finishReason)),
        usage,
      },
    };
  },
};

const choice = (index: number, text: string, reason: string | null) => ({
  index,
  text,
  logprobs: null,
  finish_reason: reason,
});

/** @param usage as for chat: a last chunk of its own, or null for none. */
async function* chunks(state: ServerState, model: string, texts: readonly SimulatedText[], usage: Usage | null) {
  const envelope = envelopeOf(state, "cmpl", "text_completion", model);
  const noUsage = usage === null ? {} : { usage: null };
  for (const [index, { tokens, finishReason }] of texts.entries()) {
    for (const token of tokens) {
      yield { ...envelope, choices: [choice(index, token, null)], ...noUsage };
      await nextTurn();
    }
    yield { ...envelope, choices: [choice(index, "", finishReason)], ...noUsage };
  }
  if (usage !== null) yield { ...envelope, choices: [], usage };
  countFinished(state, texts);
}
