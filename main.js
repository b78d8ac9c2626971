// Plain JavaScript on purpose: a Node that is too old to read TypeScript can still read this, and say so.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19) || (major === 23 && minor < 8)) {
  process.stderr.write(
    `Polymath needs Node 22.19, 23.8 or later; this is Node ${process.versions.node} (${process.execPath}). ` +
      "Install a newer one, or put node_modules/.bin of this project first on PATH: it holds the Node of the lockfile.\n",
  );
  process.exit(1);
}

// The SDK takes a stack trace for each resource and has every frame of it looked up in source maps. Here is none to find: Node strips
// types in place, so lines and columns are those of the sources.
delete Error.prepareStackTrace;

/** The stack's outputs. */
export const { host, specialists, usdPerHour } = await import("./index.ts");
