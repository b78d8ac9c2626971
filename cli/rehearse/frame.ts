import { duration } from "../../toolchain/progress.ts";
import { phases, type Phase } from "../../rehearsal/events.ts";
import { titles, type PhaseRun, type RunState } from "./state.ts";
import { counts, waitingFor } from "./text.ts";

/** How a terminal shows things. */
export interface Style {
  /** Cells of a line. */
  readonly width: number;
  /** Lines of the terminal. */
  readonly height: number;
  readonly colour: boolean;
  /** Whether it can show more than ASCII. */
  readonly unicode: boolean;
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u;

/** Cells that a character takes. */
function cellsOf(character: string): number {
  // Latin characters are most of all.
  if (character < "\u0300") return 1;
  return /\p{Mark}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

/** Cells that a text takes. */
export const widthOf = (text: string): number => Array.from(text, cellsOf).reduce((sum, cells) => sum + cells, 0);

/** A text as it fits on one line: cut, and without what would move the cursor. */
export function fit(text: string, width: number): string {
  let cells = 0;
  let fitting = "";
  for (const character of text.replaceAll(/\p{Control}+/gu, " ")) {
    cells += cellsOf(character);
    if (cells > width) break;
    fitting += character;
  }
  return fitting;
}

const marks = {
  unicode: { done: "✓", failed: "✗", waiting: "·", turning: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"] },
  ascii: { done: "+", failed: "x", waiting: ".", turning: ["|", "/", "-", "\\"] },
} as const;

const colours = { done: 32, failed: 31, begun: 36, waiting: 2 } as const;
const turnMs = 125;
const titleWidth = Math.max(...Object.values(titles).map(({ length }) => length));
const timeWidth = 12;

/** The phases to come after those that there were. */
function ahead(state: RunState, planned: readonly Phase[]): readonly Phase[] {
  const last = Math.max(-1, ...state.phases.map(({ phase }) => phases.indexOf(phase)));
  return planned.filter((phase) => phases.indexOf(phase) > last);
}

/**
 * The live view of a rehearsal at a moment: a line for each phase, and below the present one what it waits for. No line is wider than
 * the terminal, nor are there more of them than it has.
 * @param now the run's clock, in milliseconds
 * @param planned the phases that an undisturbed run has
 */
export function frame(state: RunState, now: number, planned: readonly Phase[], style: Style): readonly string[] {
  const { width, height, colour, unicode } = style;
  const { done, failed, waiting, turning } = marks[unicode ? "unicode" : "ascii"];
  const painted = (kind: keyof typeof colours, text: string) =>
    colour ? `\u001B[${colours[kind]}m${text}\u001B[0m` : text;
  const line = (kind: keyof typeof colours, mark: string, rest: string) =>
    `${painted(kind, mark)} ${fit(rest, width - 2)}`;
  const phaseLine = (run: PhaseRun): string => {
    const isOn = run.state === "begun";
    const mark = { done, failed, begun: turning[Math.floor(now / turnMs) % turning.length] ?? waiting }[run.state];
    const time = duration(isOn ? now - run.began : run.milliseconds).padStart(timeWidth);
    const news = isOn ? state.progress && counts(state.progress) : run.text;
    return line(run.state, mark, `${titles[run.phase].padEnd(titleWidth)}${time}  ${news ?? ""}`.trimEnd());
  };
  const present = state.phases.at(-1);
  const detail = state.progress ? waitingFor(state.progress) : state.detail;
  const lines = [
    fit(`Rehearsal of ${state.environment}, ${duration(now)}`, width),
    ...state.phases.map(phaseLine),
    ...(present?.state === "begun" && detail !== undefined ? [fit(`    ${detail}`, width)] : []),
    ...(state.failure ? [] : ahead(state, planned).map((phase) => line("waiting", waiting, titles[phase]))),
  ];
  return lines.slice(0, Math.max(1, height - 1));
}
