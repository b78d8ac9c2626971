import { describe, expect, test } from "vitest";
import {
  errorOf,
  finPersona,
  freezeDate,
  identityOf,
  jsonHeaders,
  post,
  readEvents,
  serve,
  streamHeaders,
} from "./support.ts";

const path = "/v1/completions";
const who = "Simulated answer of fin-r1 (pod polymath-finance/fin-r1-7d9-x2x on gpu-l4-0): ";
const choice = (index: number, text: string, reason: string | null) => ({
  index,
  text,
  logprobs: null,
  finish_reason: reason,
});

describe("answers", () => {
  const cases: readonly (readonly [string, unknown, readonly string[], number, number])[] = [
    ["a string", "Once upon a time", ["Once upon a time"], 4, 12],
    ["an empty string", "", [""], 0, 9],
    ["strings", ["One", "two three"], ["One", "two three"], 3, 19],
    ["tokens", [5, 6, 7], ["[3 tokens]"], 3, 10],
    ["lists of tokens", [[5], [6, 7]], ["[1 tokens]", "[2 tokens]"], 3, 20],
  ];
  test.each(cases)("%s", async (_, prompt, said, promptTokens, completionTokens) => {
    const created = freezeDate();
    const url = await serve(finPersona);
    const { status, headers, text } = await post(url + path, { model: "fin-r1", prompt });
    expect(status).toBe(200);
    expect(headers).toEqual(jsonHeaders(finPersona, text));
    expect(JSON.parse(text)).toEqual({
      id: "cmpl-fin-r1-7d9-x2x-1",
      object: "text_completion",
      created,
      model: "fin-r1",
      choices: said.map((one, index) => choice(index, who + one, "stop")),
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
      },
      polymath: identityOf(finPersona),
    });
  });
});

describe("a stream", () => {
  const created = 1795392000;
  const chunk = (rest: Readonly<Record<string, unknown>>) => ({
    id: "cmpl-fin-r1-7d9-x2x-1",
    object: "text_completion",
    created,
    model: "fin-r1",
    ...rest,
    polymath: identityOf(finPersona),
  });

  test("of one prompt", async () => {
    expect(freezeDate()).toBe(created);
    const url = await serve(finPersona);
    const { status, headers, text } = await post(url + path, {
      model: "fin-r1",
      prompt: "Hi",
      max_tokens: 2,
      stream: true,
    });
    expect(status).toBe(200);
    expect(headers).toEqual(streamHeaders(finPersona));
    expect(readEvents(text)).toEqual([
      chunk({ choices: [choice(0, "Simulated", null)] }),
      chunk({ choices: [choice(0, " answer", null)] }),
      chunk({ choices: [choice(0, "", "length")] }),
      "[DONE]",
    ]);
  });

  test("of two, with usage", async () => {
    freezeDate();
    const url = await serve(finPersona);
    const { text } = await post(url + path, {
      model: "fin-r1",
      prompt: ["Hi", "Ho"],
      max_tokens: 1,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(readEvents(text)).toEqual([
      chunk({ choices: [choice(0, "Simulated", null)], usage: null }),
      chunk({ choices: [choice(0, "", "length")], usage: null }),
      chunk({ choices: [choice(1, "Simulated", null)], usage: null }),
      chunk({ choices: [choice(1, "", "length")], usage: null }),
      chunk({ choices: [], usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 } }),
      "[DONE]",
    ]);
  });
});

describe("refuses", () => {
  const prompts = "prompt: Invalid input: expected a string, a list of tokens, or a list of 1 to 128 of either";
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string, string])[] = [
    ["no prompt", {}, prompts, "prompt"],
    ["no prompts", { prompt: [] }, prompts, "prompt"],
    ["an empty list of tokens", { prompt: [[]] }, prompts, "prompt"],
    ["a mixture", { prompt: ["a", [1]] }, prompts, "prompt"],
    ["a token that is no integer", { prompt: [1.5] }, prompts, "prompt"],
    ["too many", { prompt: Array.from({ length: 129 }, () => "a") }, prompts, "prompt"],
    [
      "stream options alone",
      { prompt: "a", stream_options: {} },
      "stream_options: Invalid input: only allowed when stream is true",
      "stream_options",
    ],
  ];
  test.each(cases)("%s", async (_, fields, message, param) => {
    const url = await serve(finPersona);
    const { status, text } = await post(url + path, { model: "fin-r1", ...fields });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual(errorOf(finPersona, message, "invalid_value", param));
  });

  test("a model that is not served", async () => {
    const url = await serve({ ...finPersona, kind: "completion" });
    const { status, text } = await post(url + path, { model: "x", prompt: "Hi" });
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual(
      errorOf(
        finPersona,
        "The model `x` does not exist. This server serves: fin-r1, finance-default.",
        "model_not_found",
        "model",
      ),
    );
  });
});
