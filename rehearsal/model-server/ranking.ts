import { z } from "zod";
import { refuseUnserved, type Route } from "./answer.ts";
import { readFields } from "./fields.ts";
import { countTokens } from "./text.ts";

const textSchema = z.looseObject({ text: z.string() });
const requestSchema = z.looseObject({
  model: z.string(),
  query: textSchema,
  passages: z.array(textSchema).min(1).max(512),
});

/** Words that both texts have, as a share of the query's: enough for an order that depends on what was asked. */
function overlap(query: string, passage: string): number {
  const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const asked = words(query);
  const given = words(passage);
  return asked.size === 0 ? 0 : [...asked].filter((word) => given.has(word)).length / asked.size;
}

/** NVIDIA's ranking API: passages by how well they answer a query, best first. */
export const rankingRoute: Route = {
  method: "POST",
  path: "/v1/ranking",
  purpose: "inference",
  answer: (state, body) => {
    const read = readFields(requestSchema, body);
    if ("refused" in read) return read.refused;
    const { model, query, passages } = read.fields;
    const unserved = refuseUnserved(state.persona, model);
    if (unserved) return unserved;
    state.requests += 1;
    state.finished.stop += 1;
    const rankings = passages
      .map(({ text }, index) => ({ index, logit: overlap(query.text, text) }))
      .sort((a, b) => b.logit - a.logit || a.index - b.index);
    const tokens = [query, ...passages].reduce((sum, { text }) => sum + countTokens(text), 0);
    return { status: 200, json: { rankings, usage: { prompt_tokens: tokens, total_tokens: tokens } } };
  },
};
