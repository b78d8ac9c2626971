import { clip, type FinishReason, type ServerState } from "./answer.ts";
import type { Input } from "./fields.ts";
import type { Persona } from "./persona.ts";

/** OpenAI's token counts of one answer. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface SimulatedText {
  /** The answer cut into tokens; joined they are the text. */
  readonly tokens: readonly string[];
  readonly finishReason: FinishReason;
}

/** The answer to what was said: who answered, then an echo, cut off where the caller's token limit is. */
export function simulateText(persona: Persona, said: string, maxTokens: number | null | undefined): SimulatedText {
  const { specialist, namespace, pod, node } = persona;
  const text = `Simulated answer of ${specialist} (pod ${namespace}/${pod} on ${node}): ${clip(said)}`;
  const tokens = text.match(/\s*\S+|\s+$/g) ?? [];
  if (maxTokens === null || maxTokens === undefined || tokens.length <= maxTokens) {
    return { tokens, finishReason: "stop" };
  }
  return { tokens: tokens.slice(0, maxTokens), finishReason: "length" };
}

/** A rough count, one token per word: a real tokenizer finds about a third more in English, several times more elsewhere. */
export function countTokens(text: string): number {
  let count = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const isSpace = text.charCodeAt(at) <= 0x20;
    if (!isSpace && !inWord) count += 1;
    inWord = !isSpace;
  }
  return count;
}

/** The same for the input of completions and embeddings; of tokens the count is exact. */
export const countInputTokens = (inputs: readonly Input[]): number =>
  inputs.reduce((sum, one) => sum + (typeof one === "string" ? countTokens(one) : one.length), 0);

/** The sum of several answers to one request, its prompt counted once. */
export function usageOf(promptTokens: number, texts: readonly SimulatedText[]): Usage {
  const completionTokens = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** The fields every answer of the OpenAI API begins with. Ids are unique among pods, and count up within one. */
export function envelopeOf(state: ServerState, idPrefix: string, object: string, model: string) {
  state.requests += 1;
  return {
    id: `${idPrefix}-${state.persona.pod}-${state.requests}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model,
  };
}

/** Counts answered texts for /metrics; a stream calls it at its end, so that one broken off is not counted. */
export function countFinished(state: ServerState, texts: readonly SimulatedText[]): void {
  for (const { finishReason } of texts) state.finished[finishReason] += 1;
}
