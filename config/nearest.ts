/** Edit distance with transposition of neighbours (optimal string alignment): how far two names are apart. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** The known name that was most likely meant, or undefined when none is close (more than a third of its letters differ). */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: { name: string; away: number } | undefined;
  for (const candidate of known) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase());
    if (away <= Math.max(1, Math.floor(candidate.length / 3)) && (best === undefined || away < best.away))
      best = { name: candidate, away };
  }
  return best?.name;
}

/** "Did you mean X?" or, where nothing is close, the whole list; where nothing is known, to remove it. */
export function suggest(name: string, known: Iterable<string>): string {
  const all = [...known].sort();
  if (all.length === 0) return `remove "${name}"`;
  const hit = nearest(name, all);
  return hit === undefined ? `use one of: ${all.join(", ")}` : `did you mean "${hit}"?`;
}

/** The known names that come closest, best first: those that hold the name or a close one, `most` at most. */
export function nearestFew(name: string, known: Iterable<string>, most = 3): readonly string[] {
  // Every name holds the empty one.
  if (name === "") return [];
  const lower = name.toLowerCase();
  const all = [...new Set(known)].sort();
  const near = nearest(name, all);
  const holding = all.filter((candidate) => candidate.toLowerCase().includes(lower));
  return [...new Set([...(near === undefined ? [] : [near]), ...holding])].slice(0, most);
}
