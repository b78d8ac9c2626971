import { stripVTControlCharacters } from "node:util";
import type { Phase } from "../../rehearsal/events.ts";
import { frame, widthOf, type Style } from "./frame.ts";
import { initialState } from "./state.ts";
import { plainText } from "./text.ts";
import { plainView, type Output, type View, type ViewOptions } from "./view.ts";

const redrawMs = 125;
const hideCursor = "\u001B[?25l";
const showCursor = "\u001B[?25h";
const clearLine = "\u001B[K";
const clearBelow = "\u001B[J";

/** Whether a live view can be shown: on a terminal that knows escape codes, and not in the log of a CI. */
export const isTerminal = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean =>
  stream.isTTY === true && env["TERM"] !== "dumb" && ["", "false"].includes(env["CI"] ?? "");

/** Whether the locale is one of UTF-8. */
export const isUnicode = (env: NodeJS.ProcessEnv): boolean =>
  /utf-?8/i.test(env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "");

/** A terminal, as process.stdout is one. */
export interface Terminal extends Output {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalOptions extends ViewOptions {
  readonly out: Terminal;
  readonly environment: string;
  readonly planned: readonly Phase[];
  readonly style: Pick<Style, "colour" | "unicode">;
}

/**
 * One view that is drawn again in place until the rehearsal stands or ends; then its last state stays, and below it the tables and
 * what failed. The cursor is hidden meanwhile, and comes back however the process ends.
 */
export function terminalView(options: TerminalOptions): View {
  const { out, environment, planned, style, now, logs } = options;
  let state = initialState(environment);
  let drawn: readonly string[] = [];
  let isOpen = true;

  // Some terminals do not know their size, and say 0.
  const size = () => ({ width: out.columns || 80, height: out.rows || 24 });
  /** Lines that the drawn ones take now; a terminal that became narrower has wrapped them. */
  const height = () =>
    drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / size().width)),
      0,
    );
  const draw = () => {
    const lines = frame(state, now(), planned, { ...style, ...size() });
    if (lines.join("\n") === drawn.join("\n")) return;
    const up = drawn.length > 0 ? `\u001B[${height()}A` : "";
    // In one piece, over what is there: a screen that were cleared first would flicker.
    out.write(`${up}${lines.map((line) => `${line}${clearLine}\n`).join("")}${clearBelow}`);
    drawn = lines;
  };
  const restore = () => void out.write(showCursor);
  out.write(hideCursor);
  process.once("exit", restore);
  draw();
  const timer = setInterval(draw, redrawMs);

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(timer);
    draw();
    restore();
    process.off("exit", restore);
  };
  const plain = plainView(options);
  /** What the tables and the failures said while the view was on. */
  const kept: (() => void)[] = [];
  return {
    tools: (line) => {
      state = { ...state, detail: line };
    },
    show: (event, current) => {
      state = current;
      if (!isOpen) return plain.show(event, current);
      if (event.kind === "report" || event.kind === "drill" || event.kind === "failure")
        kept.push(() => plain.show(event, current));
      else if (event.kind === "standing") {
        flush();
        out.write(plainText(event, now(), logs()) ?? "");
      }
    },
    close: () => flush(),
  };

  function flush(): void {
    close();
    for (const show of kept.splice(0)) show();
  }
}
