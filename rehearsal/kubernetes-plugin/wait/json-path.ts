import { isMap } from "../../kube/paths.ts";

/** One step of an expression: a key, an index (from the end where negative), everything, or the items that pass a test. */
type Segment =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly test: (item: unknown) => boolean };

export type JsonPath = readonly Segment[];

const word = /^\.([A-Za-z_$][\w$-]*)/;
const quoted = /^\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/;
const index = /^\[\s*(-?\d+)\s*\]/;
const all = /^(?:\.\*|\[\s*\*\s*\])/;
const filter = /^\[\s*\?\s*(\(?)\s*@((?:"[^"]*"|'[^']*'|[^\]"'])*?)\s*(\)?)\s*\]/;
const comparison = /^(.*?)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)"|(true|false|null|-?\d+(?:\.\d+)?))$/;

const unescape = (text: string) => text.replaceAll(/\\(.)/g, "$1");

function parseFilter(text: string): Segment {
  const compared = comparison.exec(text.trim());
  const [, left = text.trim(), operator, single, double, bare] = compared ?? [];
  const path = parseSegments(left);
  if (operator === undefined) return { kind: "filter", test: (item) => select(item, path).length > 0 };
  const literal: unknown = bare === undefined ? (single ?? double) : JSON.parse(bare);
  const isEqual = (item: unknown) => select(item, path)[0] === literal;
  return { kind: "filter", test: (item) => isEqual(item) === (operator === "==") };
}

function parseSegments(text: string): JsonPath {
  const segments: Segment[] = [];
  for (let rest = text.trim(); rest !== "";) {
    let match: RegExpExecArray | null;
    if ((match = word.exec(rest))) segments.push({ kind: "key", key: match[1] ?? "" });
    else if ((match = quoted.exec(rest))) segments.push({ kind: "key", key: unescape(match[1] ?? match[2] ?? "") });
    else if ((match = index.exec(rest))) segments.push({ kind: "index", index: Number(match[1]) });
    else if ((match = all.exec(rest))) segments.push({ kind: "all" });
    else if ((match = filter.exec(rest)) && match[1]?.length === match[3]?.length)
      segments.push(parseFilter(match[2] ?? ""));
    else
      throw new Error(
        `"${rest}" is not understood; a path has steps like .name, ["name"], [0], [*] and [?(@.name=="value")]`,
      );
    rest = rest.slice(match[0].length);
  }
  return segments;
}

/** Reads a JSONPath expression as `kubectl get -o jsonpath` takes it, braces left out. @throws Error saying which part is wrong. */
export const parseJsonPath = (text: string): JsonPath => parseSegments(text.trim().replace(/^\$/, ""));

function step(value: unknown, segment: Segment): readonly unknown[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
  switch (segment.kind) {
    case "key":
      return isMap(value) && Object.hasOwn(value, segment.key) ? [value[segment.key]] : [];
    case "index": {
      const item: unknown = Array.isArray(value) ? value.at(segment.index) : undefined;
      return item === undefined ? [] : [item];
    }
    case "all":
      return items;
    case "filter":
      return items.filter((item) => segment.test(item));
  }
}

/** Everything in a value that a path leads to. */
export const select = (value: unknown, path: JsonPath): readonly unknown[] =>
  path.reduce<readonly unknown[]>((found, segment) => found.flatMap((one) => step(one, segment)), [value]);
