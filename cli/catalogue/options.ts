import { parseArgs } from "node:util";
import { suggest } from "../../config/nearest.ts";
import { UserError } from "../common.ts";

export const usage = `Usage: npm run catalogue -- [FILTER ...] [--json]
       npm run catalogue -- show ID [--json]
       npm run catalogue -- kept-out [--json]
       npm run catalogue -- outdated [--env ENVIRONMENT] [--json]

Lists the specialists, models and external providers of the catalogue. Filters combine; one that is given several times lets each of
its values pass:

  --domain     a bundle, or a family name such as FinanceNeMo
  --api        chat, embeddings, rerank or rest
  --licence    a licence, by its id
  --gpu        a GPU kind that holds one replica, alone or with others of its kind
  --language   a language that the model was made for, as ISO 639-1 code

show         prints a row whole, with its sources: a specialist, model, bundle, provider, runtime, controller, licence, regulation,
             accelerator, instance type or a row that was kept out
kept-out     prints what was read about and is not in the catalogue, and why
outdated     prints what an environment (default local) runs that has a newer row or newer versions, what would change, and the rows
             whose facts were read more than 90 days ago

  --json     prints one JSON document (its schema: cli/catalogue/document.ts); "npm run -s" leaves npm's own lines out
  --help     prints this`;

export const filterNames = ["domain", "api", "licence", "gpu", "language"] as const;
export type FilterName = (typeof filterNames)[number];

export type CatalogueCommand =
  | { readonly kind: "help" }
  | { readonly kind: "list"; readonly json: boolean; readonly filters: Readonly<Record<FilterName, readonly string[]>> }
  | { readonly kind: "show"; readonly json: boolean; readonly id: string }
  | { readonly kind: "kept-out"; readonly json: boolean }
  | { readonly kind: "outdated"; readonly json: boolean; readonly environment: string };

const kinds = ["list", "show", "kept-out", "outdated"] as const;

function parse(argv: readonly string[]) {
  const filter = { type: "string", multiple: true, default: [] as string[] } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        domain: filter,
        api: filter,
        licence: filter,
        gpu: filter,
        language: filter,
        env: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Reads the command line. @throws UserError with what to write instead. */
export function parseOptions(argv: readonly string[]): CatalogueCommand {
  const { values, positionals } = parse(argv);
  const { json } = values;
  if (values.help) return { kind: "help" };
  const [word = "list", ...names] = positionals;
  const kind = kinds.find((one) => one === word);
  if (kind === undefined) {
    throw new UserError(
      `"${word}" is no command of the catalogue; ${suggest(word, kinds)}\nTo see a row: npm run catalogue -- show ${word}`,
    );
  }
  const filters = {
    domain: values.domain,
    api: values.api,
    licence: values.licence,
    gpu: values.gpu,
    language: values.language,
  };
  const given = filterNames.filter((name) => filters[name].length > 0);
  if (kind !== "list" && given.length > 0)
    throw new UserError(`${kind} takes no --${given.join(", no --")}: filters are for the list.\n${usage}`);
  if (kind !== "outdated" && values.env !== undefined)
    throw new UserError(`--env is for outdated: npm run catalogue -- outdated --env ${values.env}`);
  if (kind === "show") {
    const [id, ...more] = names;
    if (id === undefined || more.length > 0)
      throw new UserError(`show takes one id; given: ${names.join(", ") || "none"}.\n${usage}`);
    return { kind, json, id };
  }
  if (names.length > 0) {
    const hint = kind === "outdated" ? `write: npm run catalogue -- outdated --env ${names[0]}` : usage;
    throw new UserError(`${kind} takes no name; given: ${names.join(", ")}.\n${hint}`);
  }
  if (kind === "list") return { kind, json, filters };
  return kind === "outdated" ? { kind, json, environment: values.env ?? "local" } : { kind, json };
}
