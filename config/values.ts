import { z } from "zod";

export const positive = z.int().positive("a whole number above 0");
export const text = z.string().min(1, "text that is not empty");

/** Dots too, as model names have them. */
export const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, "a name of at most 63 lower-case letters, digits, dots and hyphens");

/** A DNS label that leaves room for what is put before it. @param what it is called in messages. */
export const shortLabelOf = (what: string): z.ZodString =>
  z.string().regex(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/, what);
export const shortLabel = shortLabelOf("a DNS label of at most 42 characters");

/** What the `model` of a request can be. @param what it is called in messages. */
export const modelNameOf = (what: string): z.ZodString =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/,
      `${what}: at most 128 letters, digits and . _ : / -, a letter or digit first`,
    );

// A part that begins with a dot could lead to the folder above, one with a hyphen could be read as an option.
const part = String.raw`\w[\w.-]*`;
/** OWNER/REPOSITORY as on Hugging Face; a regular expression without its ends. */
export const repositoryPattern = `${part}/${part}`;
/** A folder below another one; a regular expression without its ends. */
export const folderPattern = `${part}(/${part})*`;

/** What a name in a stack file refers to. Editors complete it from the catalogue; whether it is known is checked by the planner. */
export const nameKinds = ["bundle", "specialist", "model", "gpu", "licence", "provider", "secret"] as const;
export type NameKind = (typeof nameKinds)[number];
export const nameOf = (names: NameKind, schema = z.string()): z.ZodString => schema.meta({ names });
