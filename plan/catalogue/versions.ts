import type { Catalogue, Model } from "../../catalogue/types/index.ts";

/** The numbers that a tag begins with: 26 and 4 of `26.04-py3`. */
const numbersOf = (tag: string): readonly number[] =>
  (/^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? "0").split(".").map(Number);

/** Negative where the first tag is of an earlier version, 0 where both are of the same. */
function compare(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const places = [...(left.length > right.length ? left : right).keys()];
  return places.map((place) => (left[place] ?? 0) - (right[place] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** Newer tags of a model's image, or versions of its weights: those that its row names, and later tags that rows on the same image have. */
export function newerVersions({ image, newer }: Model, { models }: Pick<Catalogue, "models">): readonly string[] {
  const tags = [...models.values()].flatMap((one) =>
    one.image.repository === image.repository ? [one.image.tag] : [],
  );
  const later = tags.filter((tag) => compare(tag, image.tag) > 0).toSorted(compare);
  return [...new Set([...newer.versions, ...later])];
}
