import type { Adapter, Model, Runtime, Settings } from "../catalogue/types/index.ts";

/** A claim on the weight store reads as a path below its mount; every other source as it stands. */
export const locate = (source: string, weightsPath: string): string =>
  source.startsWith("store://") ? `${weightsPath}/${source.slice("store://".length)}` : source.replace(/^hf:\/\//, "");

/** Ranks for which vLLM compiles its kernels; a smaller adapter runs in the next larger one. */
const compiledRanks = [8, 16, 32, 64, 128, 256] as const;

/** Rank that the engine is told for adapters: the next one compiled that holds the largest. */
export function compiledRank(adapters: readonly Adapter[]): number {
  const largest = Math.max(0, ...adapters.map(({ rank }) => rank));
  return compiledRanks.find((one) => one >= largest) ?? largest;
}

/** Names under which a specialist answers: its own and its aliases, and with adapters each of them and the bare base model. */
export function namesOf(name: string, aliases: readonly string[], adapters: readonly Adapter[]): readonly string[] {
  const own = adapters.map((adapter) => `${name}:${adapter.name}`);
  return [name, ...aliases, ...own, ...(own.length > 0 ? [`${name}:base`] : [])];
}

/**
 * Arguments that load adapters. The first one answers under the specialist's own names, so that requests need not know of it.
 * @param names the specialist's public name, then its aliases.
 */
export function adapterArgs(
  { enable, modulesArg, maxRankArg, maxCountArg }: NonNullable<Runtime["adapters"]>,
  adapters: readonly Adapter[],
  names: readonly string[],
  weightsPath: string,
): readonly string[] {
  const [first] = adapters;
  if (!first) return [];
  const modules = [
    ...names.map((name) => ({ name, source: first.source })),
    ...adapters.map(({ name, source }) => ({ name: `${names[0] ?? ""}:${name}`, source })),
  ];
  return [
    ...enable,
    maxRankArg,
    String(compiledRank(adapters)),
    maxCountArg,
    String(modules.length),
    modulesArg,
    ...modules.map(({ name, source }) => `${name}=${locate(source, weightsPath)}`),
  ];
}

/** What cannot stand in a string as it is: quotes, backslashes, control characters and all beyond ASCII. */
const special = /['\\]|[^\n -~]/gu;

/**
 * A text as a Jinja expression. vLLM reads a template that is no file by Python's `unicode_escape`, which undoes escapes and garbles all
 * beyond ASCII, before Jinja sees it: so special characters come in by their numbers. Source: vllm/entrypoints/chat_utils.py
 */
function quoted(text: string): string {
  const codes = [...text.matchAll(special)].map(([character]) => character.codePointAt(0));
  const plain = (codes.length === 0 ? text : text.replaceAll("%", "%%").replaceAll(special, "%c")).replaceAll(
    "\n",
    "\\n",
  );
  return codes.length === 0 ? `'${plain}'` : `'${plain}'|format(${codes.join(", ")})`;
}

/**
 * The chat's form with a system message where a chat brings none. One form for each that rows name.
 * Source: the chat templates of Qwen2.5 and Qwen3 (tokenizer_config.json).
 */
const templates: Readonly<Record<NonNullable<Model["chatFormat"]>, (prompt: string) => string>> = {
  chatml: (prompt) =>
    [
      `{%- if messages[0]['role'] != 'system' %}{{- '<|im_start|>system\\n' + ${quoted(prompt)} + '<|im_end|>\\n' }}{%- endif %}`,
      "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{%- endfor %}",
      "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
    ].join(""),
};

/** Kubernetes replaces `$(NAME)` in arguments; a doubled sign stands for itself. */
const unexpanded = (text: string) => text.replaceAll("$(", () => "$$(");

/** Arguments that set defaults of generation and a system prompt. A model whose chat format is not known gets no prompt: the checks refuse it. */
export function settingsArgs(
  { generationArg, chatTemplateArg }: NonNullable<Runtime["settings"]>,
  settings: Settings | null,
  format: Model["chatFormat"],
): readonly string[] {
  if (settings === null) return [];
  const { systemPrompt, generation } = settings;
  return [
    ...(Object.keys(generation).length > 0 ? [generationArg, JSON.stringify(generation)] : []),
    ...(systemPrompt !== null && format !== null ? [chatTemplateArg, unexpanded(templates[format](systemPrompt))] : []),
  ];
}
