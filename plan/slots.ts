import type { Adapter, Slot } from "../catalogue/types/index.ts";
import { refusal, type Finding } from "../config/finding.ts";
import type { EnvironmentConfig } from "../config/schema.ts";
import { folderPattern, repositoryPattern } from "../config/values.ts";
import { settingsArgs } from "./customisation.ts";
import { fixedImage } from "./image.ts";
import type { Selected, Selection } from "./select.ts";

// Nothing that Kubernetes would expand, as it does `$(NAME)`.
const modelRepository = new RegExp(`^((s3|gs)://[A-Za-z0-9][\\w.:/-]*|store://${folderPattern})$`);
const weights = new RegExp(`^hf://${repositoryPattern}$`);

/** What fills a slot, and what it has to look like. */
const sources: Readonly<
  Record<Slot["kind"], { readonly key: string; readonly form: string; readonly fits: (source: string) => boolean }>
> = {
  adapter: { key: "adapters", form: "adapters with a name and a source each", fits: () => false },
  "model-repository": {
    key: "source",
    form: "s3://BUCKET/FOLDER, gs://BUCKET/FOLDER, or store://FOLDER on its weight store",
    fits: (source) => modelRepository.test(source),
  },
  weights: {
    key: "source",
    form: "hf://OWNER/REPOSITORY",
    fits: (source) => weights.test(source),
  },
  image: {
    key: "source",
    form: "an image: REPOSITORY:VERSION or REPOSITORY@sha256:DIGEST",
    fits: (source) => fixedImage(source) !== undefined,
  },
};

const isFilled = ({ row, source }: Selected): boolean =>
  row.slot === null || (row.slot.kind === "adapter" ? row.adapters.length > 0 : source !== null);

/** What stands in a slot that nothing fills, so that the specialist can be planned and rehearsed: it is never deployed. */
export const adaptersOf = ({ row }: Selected): readonly Adapter[] =>
  row.slot?.kind === "adapter" && row.adapters.length === 0
    ? [{ name: "slot", source: "store://slot", rank: 16 }]
    : row.adapters;

/** Slots that nothing fills. They plan and rehearse; a deployment is refused. A rehearsal's own cluster is never deployed. */
export function missingSources(
  { cluster }: Pick<EnvironmentConfig, "cluster">,
  { specialists }: Selection,
): readonly Finding[] {
  if (cluster.kind === "rehearsal") return [];
  return specialists.flatMap((selected) => {
    const { slot, name } = selected.row;
    if (slot === null || isFilled(selected)) return [];
    const { key, form } = sources[slot.kind];
    const path = `${selected.keys}.${key}`;
    return [
      refusal(
        "slot-empty",
        path,
        `nothing fills the slot of ${name}: ${slot.what}`,
        form,
        `write ${path}, or ${selected.keys.startsWith("polymath:specialists.") ? `remove ${selected.keys}` : `leave ${name} out with "only"`}`,
      ),
    ];
  });
}

/** Faults of what a stack brings to specialists: sources, adapters and settings that their runtime cannot take. */
export function checkCustomisation({ specialists }: Selection): readonly Finding[] {
  return specialists.flatMap((selected) => {
    const { row, model, runtime, source, keys: at } = selected;
    const { slot } = row;
    const findings: Finding[] = [];
    if (source !== null && (slot === null || slot.kind === "adapter"))
      findings.push(
        slot === null
          ? refusal("no-slot", `${at}.source`, `"${source}"`, `nothing: ${row.name} has no slot`, "remove the key")
          : refusal("no-slot", `${at}.source`, `"${source}"`, sources.adapter.form, `write ${at}.adapters instead`),
      );
    else if (source !== null && slot !== null && !sources[slot.kind].fits(source))
      findings.push(refusal("source-not-usable", `${at}.source`, `"${source}"`, sources[slot.kind].form, "change it"));
    if (runtime.revisionArg === null && row.revision !== "unresolved" && row.revision !== "image")
      findings.push(
        refusal(
          "revision-unsupported",
          `${at}.revision`,
          `"${row.revision}"`,
          `nothing: ${runtime.title} is told no revision of the weights`,
          "remove the key; the image's tag or the source says the version",
        ),
      );
    if (row.adapters.length > 0 && (runtime.adapters === null || model.api.kind === "rest"))
      findings.push(
        refusal(
          "adapters-unsupported",
          `${at}.adapters`,
          `adapters on ${model.id}, which ${runtime.adapters === null ? `runs on ${runtime.title}` : "is routed by path"}`,
          "a model with OpenAI's API on a runtime that takes adapters, such as vLLM",
          "remove them, or take another base model",
        ),
      );
    const names = row.adapters.map(({ name }) => name);
    const twice = names.filter((name, index) => name === "base" || names.indexOf(name) !== index);
    for (const name of twice)
      findings.push(
        refusal(
          "duplicate-name",
          `${at}.adapters`,
          `"${name}"`,
          'names of their own, and none "base": that is the model without them',
          "rename it",
        ),
      );
    findings.push(...settingsFaults(selected));
    return findings;
  });
}

/** Why settings cannot be handed to what serves the specialist; the first reason alone. */
function settingsFaults({ row, model, runtime, keys: at }: Selected): readonly Finding[] {
  const { settings } = row;
  if (settings === null) return [];
  const refuse = (what: string, allowed: string) => [
    refusal(
      "settings-unsupported",
      `${at}.settings`,
      `settings of ${model.id}, ${what}`,
      allowed,
      "remove them, or take another base model",
    ),
  ];
  if (runtime.settings === null)
    return refuse(`which runs on ${runtime.title}`, "a model on a runtime that takes settings, such as vLLM");
  if (model.api.kind !== "chat") return refuse("which does not chat", "a model with OpenAI's chat API");
  if (settings.systemPrompt !== null && model.chatFormat === null)
    return [
      refusal(
        "system-prompt-unsupported",
        `${at}.settings.systemPrompt`,
        `a system prompt for ${model.id}, whose chat format is not known`,
        "a model whose row says its chatFormat",
        "send it with each request, or take another base model",
      ),
    ];
  const handed = settingsArgs(runtime.settings, settings, model.chatFormat);
  const twice = model.args.filter((word) => handed.includes(word.split("=")[0] ?? ""));
  return twice.length > 0 ? refuse(`whose own arguments say ${twice.join(", ")}`, "a model without that argument") : [];
}
