import type { z } from "zod";
import { catalogue } from "../../catalogue/index.ts";
import { loadEnvironment } from "../../config/load.ts";
import { entriesOf, matching } from "../../plan/catalogue/entries.ts";
import { outdated } from "../../plan/catalogue/outdated.ts";
import { findRows, fitsOfRow, rowsOf } from "../../plan/catalogue/rows.ts";
import { readLock } from "../../plan/lock.ts";
import { today } from "../../plan/plan-environment.ts";
import { stacksFolder } from "../common.ts";
import { keptOutSchema, listSchema, outdatedSchema, showSchema } from "./document.ts";
import { filterOf, unknownId } from "./filters.ts";
import { usage, type CatalogueCommand } from "./options.ts";
import { outdatedText } from "./outdated-text.ts";
import { keptOutText, listText, showText } from "./text.ts";

type Command<Kind extends CatalogueCommand["kind"]> = Extract<CatalogueCommand, { kind: Kind }>;

/** A document as its schema describes it: what the schema does not know is a bug, not something to print. */
const json = (schema: z.ZodType, content: unknown): string =>
  `${JSON.stringify(schema.parse(content), undefined, 2)}\n`;

function list(command: Command<"list">): string {
  const all = entriesOf(catalogue);
  const entries = matching(all, filterOf(command.filters, all, catalogue));
  return command.json ? json(listSchema, { entries }) : listText(entries);
}

function show(command: Command<"show">): string {
  const all = rowsOf(catalogue);
  const found = findRows(all, command.id);
  if (found.length === 0) throw unknownId(command.id, all);
  const rows = found.map((one) => ({ found: one, fits: fitsOfRow(one, catalogue) }));
  if (!command.json) return showText(rows);
  return json(showSchema, {
    rows: rows.map(({ found: { kind, row, usedBy }, fits }) => ({
      kind,
      row,
      usedBy,
      fits:
        fits?.map(([gpu, fit]) => {
          if (!fit.fits) return { gpu, reason: fit.reason };
          const { required, available, basis, evidence } = fit.size;
          return { gpu, count: fit.gpus, required, available, basis, evidence };
        }) ?? null,
    })),
  });
}

function keptOut(command: Command<"kept-out">): string {
  return command.json ? json(keptOutSchema, { keptOut: catalogue.keptOut }) : keptOutText(catalogue.keptOut);
}

function whatIsOutdated(command: Command<"outdated">): string {
  const stacks = stacksFolder();
  const { environment } = command;
  const day = today();
  const found = outdated(loadEnvironment(stacks, environment), catalogue, readLock(stacks, environment), day);
  return command.json ? json(outdatedSchema, { environment, today: day, ...found }) : outdatedText(environment, found);
}

/** What a command of the catalogue prints. @throws UserError, RefusedError for what is not known or refused. */
export function answer(command: CatalogueCommand): string {
  switch (command.kind) {
    case "help":
      return `${usage}\n`;
    case "list":
      return list(command);
    case "show":
      return show(command);
    case "kept-out":
      return keptOut(command);
    case "outdated":
      return whatIsOutdated(command);
  }
}
