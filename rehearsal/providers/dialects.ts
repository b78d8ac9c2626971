import { z } from "zod";
import type { Dialect } from "../../catalogue/types/index.ts";
import type { Answer, ServerState } from "../model-server/answer.ts";
import { chatRoute } from "../model-server/chat.ts";
import { readFields } from "../model-server/fields.ts";
import type { Persona } from "../model-server/persona.ts";
import { countTokens, simulateText } from "../model-server/text.ts";
import type { Ask } from "../traffic.ts";
import { eventMessage } from "./event-stream.ts";

/** What a provider answers: as a model server does, or bytes of a protocol of its own. */
export type Reply = Answer | { readonly bytes: Buffer; readonly contentType: string };

/** A request that has passed the provider's door. */
export interface Call {
  /** Who plays the provider. */
  readonly persona: Persona;
  readonly body: unknown;
}

interface Speech {
  readonly ask: (model: string) => unknown;
  readonly answer: (call: Call) => Reply;
}

const question = "Who answers?";

const responsesSchema = z.looseObject({ model: z.string(), input: z.string() });
const converseSchema = z.looseObject({
  messages: z
    .array(
      z.looseObject({
        role: z.enum(["user", "assistant"]),
        content: z.array(z.looseObject({ text: z.string().optional() })).min(1),
      }),
    )
    .min(1),
});

/** What a Converse request is answered with, or why not. */
function converse({ persona, body }: Call) {
  const read = readFields(converseSchema, body);
  if ("refused" in read) return read;
  const last = read.fields.messages.at(-1)?.content.map(({ text = "" }) => text) ?? [];
  const said = last.join(" ");
  const { tokens } = simulateText(persona, said, undefined);
  const inputTokens = countTokens(said);
  const usage = { inputTokens, outputTokens: tokens.length, totalTokens: inputTokens + tokens.length };
  return { tokens, usage };
}

const converseAsk = () => ({ messages: [{ role: "user", content: [{ text: question }] }] });

const speeches: Readonly<Record<Dialect, Speech>> = {
  "chat-completions": {
    ask: (model) => ({ model, messages: [{ role: "user", content: question }] }),
    answer: ({ persona, body }) => {
      // A provider serves many models; whichever is named answers.
      const named = z.looseObject({ model: z.string() }).safeParse(body).data?.model;
      const serving = { ...persona, models: named === undefined ? [] : [named] };
      const state: ServerState = { persona: serving, startedAt: 0, requests: 0, finished: { stop: 0, length: 0 } };
      return chatRoute.answer(state, body);
    },
  },
  responses: {
    ask: (model) => ({ model, input: question }),
    answer: ({ persona, body }) => {
      const read = readFields(responsesSchema, body);
      if ("refused" in read) return read.refused;
      const { model, input } = read.fields;
      const text = simulateText(persona, input, undefined).tokens.join("");
      const content = [{ type: "output_text", text, annotations: [] }];
      return {
        status: 200,
        json: {
          id: "resp_simulated",
          object: "response",
          status: "completed",
          model,
          output: [{ type: "message", id: "msg_simulated", status: "completed", role: "assistant", content }],
        },
      };
    },
  },
  converse: {
    ask: converseAsk,
    answer: (call) => {
      const said = converse(call);
      if ("refused" in said) return said.refused;
      const message = { role: "assistant", content: [{ text: said.tokens.join("") }] };
      return { status: 200, json: { output: { message }, stopReason: "end_turn", usage: said.usage } };
    },
  },
  "converse-stream": {
    ask: converseAsk,
    answer: (call) => {
      const said = converse(call);
      if ("refused" in said) return said.refused;
      return {
        contentType: "application/vnd.amazon.eventstream",
        bytes: Buffer.concat([
          eventMessage("messageStart", { role: "assistant" }),
          ...said.tokens.map((text) => eventMessage("contentBlockDelta", { delta: { text }, contentBlockIndex: 0 })),
          eventMessage("contentBlockStop", { contentBlockIndex: 0 }),
          eventMessage("messageStop", { stopReason: "end_turn" }),
          eventMessage("metadata", { usage: said.usage }),
        ]),
      };
    },
  },
};

/** A request that a provider understands on one of its paths. */
export const requestIn = (dialect: Dialect, path: string, model: string): Ask => ({
  path,
  body: speeches[dialect].ask(model),
});

/** What the provider answers. */
export const answerIn = (dialect: Dialect, call: Call): Reply => speeches[dialect].answer(call);
