import type { Adapter, Model, Runtime, Settings } from "../catalogue/types/index.ts";

/** A claim on the weight store reads as a path below its mount; every other source as it stands. */
export const locate = (source: string, weightsPath: string): string =>
  source.startsWith("store://") ? `${weightsPath}/${source.slice("store://".length)}` : source.replace(/^hf:\/\//, "");

/** Ranks for which vLLM compiles its kernels; a smaller adapter runs in the next larger one. */
const compiledRanks = [8, 16, 32, 64, 128, 256] as const;

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
  const largest = Math.max(...adapters.map(({ rank }) => rank));
  const rank = compiledRanks.find((one) => one >= largest) ?? largest;
  return [
    ...enable,
    maxRankArg,
    String(rank),
    maxCountArg,
    String(modules.length),
    modulesArg,
    ...modules.map(({ name, source }) => `${name}=${locate(source, weightsPath)}`),
  ];
}

/** A text as it stands between the quotes of a Jinja string. */
const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;

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
