import { describe, expect, test } from "vitest";
import { outdatedText } from "../../../../cli/catalogue/outdated-text.ts";
import { keptOutText, listText, showText } from "../../../../cli/catalogue/text.ts";
import { entriesOf } from "../../../../plan/catalogue/entries.ts";
import type { Facts } from "../../../../plan/catalogue/outdated.ts";
import { findRows, fitsOfRow, rowsOf } from "../../../../plan/catalogue/rows.ts";
import { bundle, catalogueOf, model, provider, specialist } from "../../plan/catalogue/support.ts";

const kit = catalogueOf({
  models: [
    model("ledger", { languages: ["en", "ja", "de", "fr", "it", "es", "pt", "nl"] }),
    model("spare", { languages: [] }),
  ],
  specialists: [specialist("ledger")],
  bundles: [bundle("bank", { specialists: ["ledger"], providers: ["cloud"] })],
  providers: [provider("cloud")],
});

describe("the list", () => {
  test("has a line for each entry, and says how many of each kind", () => {
    expect(listText(entriesOf(kit))).toBe(
      `name    domain  API   runtime   licences    GPUs       context        languages                  evidence
cloud   bank    chat  external  apache-2.0  -          -              -                          vendor
ledger  bank    chat  vllm      apache-2.0  1 A10G     4096 of 32768  en, ja, de, fr, it, es +2  estimated
spare   -       chat  vllm      apache-2.0  1 A100-40  32768          -                          estimated

1 specialist, 1 model that no specialist serves, 1 external provider.
`,
    );
  });

  test("without a line says so", () => {
    expect(listText([])).toBe("Nothing in the catalogue passes all of these filters.\n");
  });
});

describe("a row", () => {
  const show = (id: string) =>
    showText(findRows(rowsOf(kit), id).map((found) => ({ found, fits: fitsOfRow(found, kit) })));

  test("is printed whole, with its sources, and with what refers to it", () => {
    expect(show("cloud")).toBe(`provider cloud

  id: cloud
  title: cloud
  publisher: Example
  host: api.example.com
  region: -
  api:
    kind: chat
    paths:
      - path: /v1/chat/completions
        target: /v1/chat/completions
        dialect: chat-completions
  credential: openai
  model: cloud-large
  licences: [apache-2.0]
  newer:
    versions: []
    row: -
  notes: ""
  sources:
    - https://example.com
  evidence: vendor
  read: 2026-11-23

  used by bank
`);
  });

  test("that is sized says how it sits on each GPU kind, and why not", () => {
    const text = show("ledger");
    expect(text.split("\n\n")[0]).toBe("specialist ledger");
    expect(text).toContain(`
  used by bank

  GPU           count  memory
  T4            -      compute capability 7.5 is below the 8 that bf16 needs
  A10G          1      19.91 of 20.56 GiB each, estimated
`);
    expect(text).toContain("\nmodel ledger\n\n  id: ledger\n");
  });
});

test("what was kept out comes with rule, reason and sources", () => {
  expect(keptOutText([])).toBe("Nothing was kept out of the catalogue.\n");
  const row = {
    id: "a",
    family: "F",
    title: "A",
    rule: "no-image",
    reason: "There is none.",
    sources: ["https://a.b", "https://c.d"],
    read: "2026-11-23",
  } as const;
  expect(keptOutText([row])).toBe(`a (F): A
  rule:    no-image
  reason:  There is none.
  source:  https://a.b
  source:  https://c.d
  read:    2026-11-23

1 kept out.
`);
});

describe("what is outdated", () => {
  const now: Facts = {
    model: "one",
    image: "vllm/vllm-openai:v0.22.0",
    runtime: "vllm",
    weightsGiB: 14.2,
    gpus: { kind: "L4", count: 1 },
    usdPerHour: 0.8048,
    context: 4_096,
    maxContext: 32_768,
    licences: ["apache-2.0"],
    api: { kind: "chat", paths: ["/v1/chat/completions"] },
  };
  const newer: Facts = { ...now, model: "two", weightsGiB: 60, gpus: { kind: "H100", count: 1 }, usdPerHour: 6.88 };
  const nothing = { name: "s", versions: [], now, newer: null, toAccept: [], findings: [] };

  test("nothing, and nothing read long ago", () => {
    expect(outdatedText("prod", { entries: [], controllers: [], stale: [] })).toBe(
      `Environment prod runs no specialist or external provider that has a newer row or newer versions.

No row that it rests on was read more than 90 days ago.
`,
    );
  });

  test("a newer row: what changes, what stays, what has to be accepted, why it would be refused", () => {
    const finding = { rule: "x", severity: "error", path: "p", given: "this", allowed: "that", fix: "f" } as const;
    const entry = { ...nothing, versions: ["1.1"], newer, toAccept: ["gemma"], findings: [finding] };
    expect(outdatedText("prod", { entries: [entry], controllers: [], stale: [] })).toBe(
      `Environment prod runs 1 with a newer row or newer versions. US dollars are its share of its pool.

s
                    now   newer row
  model             one   two
  weights GiB       14.2  60
  GPUs per replica  1 L4  1 H100
  USD per hour      0.80  6.88
  the same: image vllm/vllm-openai:v0.22.0; runtime vllm; context 4096; longest context 32768; licences apache-2.0; API chat; paths /v1/chat/completions
  to be accepted first: gemma
  refused with it: x: this; allowed: that
  newer versions of vllm/vllm-openai:v0.22.0, its facts with them not read yet: 1.1

No row that it rests on was read more than 90 days ago.
`,
    );
  });

  test("controllers that newer versions are known of", () => {
    const controllers = [{ id: "device-plugin", version: "0.20.0", versions: ["0.20.1", "0.21.0"] }];
    expect(outdatedText("prod", { entries: [], controllers, stale: [] }).split("\n\n")[1]).toBe(
      `Controllers with newer versions:
  id             now     newer
  device-plugin  0.20.0  0.20.1, 0.21.0`,
    );
  });

  test("rows read long ago: those that it rests on, and how many others", () => {
    const stale = [
      { kind: "model", id: "house", read: "", days: null, used: true },
      { kind: "model", id: "a", read: "2026-01-01", days: 326, used: true },
      { kind: "licence", id: "b", read: "2026-01-02", days: 325, used: false },
    ];
    expect(outdatedText("prod", { entries: [], controllers: [], stale }).split("\n\n")[1]).toBe(
      `Rows that were read more than 90 days ago, or do not say when: 2; 1 more that it does not use (--json names them).
  kind   id     read        days
  model  house  -           -
  model  a      2026-01-01  326
`,
    );
  });
});
