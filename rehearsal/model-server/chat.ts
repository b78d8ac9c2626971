import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { refuseUnserved, type Route, type ServerState } from "./answer.ts";
import { generationFields, readFields, withStreamRule } from "./fields.ts";
import {
  countFinished,
  countTokens,
  envelopeOf,
  simulateText,
  usageOf,
  type SimulatedText,
  type Usage,
} from "./text.ts";

/** Above any conversation, and any message's parts. */
const maxItems = 4096;

const partSchema = z.looseObject({ type: z.string(), text: z.string().optional() });

const messageSchema = z.looseObject({
  role: z.enum(["developer", "system", "user", "assistant", "tool", "function"]),
  // An assistant's message may hold tool calls instead of content.
  content: z
    .union([z.string(), z.array(partSchema).min(1).max(maxItems)], {
      error: "Invalid input: expected a string or a list of parts, each with a type",
    })
    .nullish(),
});

// Tools, sampling and response formats are accepted and have no effect: the text is simulated anyway.
const requestSchema = withStreamRule(
  z.looseObject({
    ...generationFields,
    messages: z.array(messageSchema).min(1).max(maxItems),
    max_completion_tokens: z.int().min(1).nullish(),
  }),
);

const textOf = (content: z.infer<typeof messageSchema>["content"]): string =>
  typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? `[${part.type}]`).join(" ");

/** OpenAI chat completions: echoes the last user message, whole or as a stream. */
export const chatRoute: Route = {
  method: "POST",
  path: "/v1/chat/completions",
  purpose: "inference",
  answer: (state, body) => {
    const read = readFields(requestSchema, body);
    if ("refused" in read) return read.refused;
    const { model, messages, stream, stream_options: options, ...limits } = read.fields;
    const unserved = refuseUnserved(state.persona, model);
    if (unserved) return unserved;

    const said = textOf(messages.findLast(({ role }) => role === "user")?.content);
    const answered = simulateText(state.persona, said, limits.max_completion_tokens ?? limits.max_tokens);
    const promptTokens = messages.reduce((sum, { content }) => sum + countTokens(textOf(content)), 0);
    const usage = usageOf(promptTokens, [answered]);
    if (stream === true)
      return { events: chunks(state, model, answered, options?.include_usage === true ? usage : null) };

    countFinished(state, [answered]);
    const message = { role: "assistant", content: answered.tokens.join("") };
    return {
      status: 200,
      json: {
        ...envelopeOf(state, "chatcmpl", "chat.completion", model),
        choices: [{ index: 0, message, logprobs: null, finish_reason: answered.finishReason }],
        usage,
      },
    };
  },
};

/** @param usage sent as a chunk of its own at the end, the chunks before then carrying a null; null leaves both out. */
async function* chunks(
  state: ServerState,
  model: string,
  { tokens, finishReason }: SimulatedText,
  usage: Usage | null,
) {
  const envelope = envelopeOf(state, "chatcmpl", "chat.completion.chunk", model);
  const noUsage = usage === null ? {} : { usage: null };
  const chunk = (delta: Readonly<Record<string, string>>, reason: string | null) => ({
    ...envelope,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    ...noUsage,
  });
  yield chunk({ role: "assistant", content: "" }, null);
  for (const token of tokens) {
    yield chunk({ content: token }, null);
    // Each token leaves on its own, as from a model: a proxy that gathers a stream before passing it on shows.
    await nextTurn();
  }
  yield chunk({}, finishReason);
  if (usage !== null) yield { ...envelope, choices: [], usage };
  countFinished(state, [{ tokens, finishReason }]);
}
