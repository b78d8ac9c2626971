import { readFile } from "node:fs/promises";
import * as tls from "node:tls";
import { z } from "zod";
import type { Env } from "./path.ts";

const publicIndex = "https://pypi.org/simple";

/** How long the index may take to answer, in milliseconds. */
const answerTimeout = 20_000;

const IndexPage = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

interface Download {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Called with the bytes received so far. */
  readonly onBytes: (received: number) => void;
}

/** The index that pip would ask: PIP_INDEX_URL, else the public one. Credentials in the URL are kept apart: fetch refuses them. */
function indexOf(env: Env): { readonly base: URL; readonly authorization: string | undefined } {
  const given = env.PIP_INDEX_URL ?? "";
  const base = new URL(given === "" ? publicIndex : given);
  const { username, password } = base;
  base.username = "";
  base.password = "";
  if (username === "") return { base, authorization: undefined };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { base, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Trusts the authorities of PIP_CERT too, as pip does; those of NODE_EXTRA_CA_CERTS Node reads itself. */
async function trustPipCertificates(env: Env): Promise<void> {
  const { PIP_CERT: file } = env;
  if (file === undefined || file === "") return;
  // Not in Node 23, nor in 24 before 24.5, where a named import of it would end the program.
  if (typeof tls.setDefaultCACertificates !== "function") return;
  const given =
    (await readFile(file, "utf8")).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...given]);
}

/** The files of a project page: JSON (PEP 691) or, from older mirrors, HTML (PEP 503). */
function linksOf(page: string, type: string): { filename: string; url: string }[] {
  if (type.includes("json")) return IndexPage.parse(JSON.parse(page)).files;
  return Array.from(page.matchAll(/<a\s[^>]*?href="([^"]+)"[^>]*>([^<]+)<\/a>/gi), ([, url = "", filename = ""]) => ({
    url: url.replaceAll("&amp;", "&"),
    filename: filename.trim(),
  }));
}

/**
 * Downloads a file of a project from the Python package index (the "simple" API). The caller verifies the checksum.
 * @throws Error when the index cannot be reached, or does not have the file
 */
export async function downloadFromIndex(
  project: string,
  file: string,
  { env, signal, onBytes }: Download,
): Promise<Buffer> {
  await trustPipCertificates(env);
  const { base, authorization } = indexOf(env);
  const get = async (url: URL, accept: string): Promise<Response> => {
    const headers: Record<string, string> = { accept };
    if (authorization !== undefined && url.origin === base.origin) headers.authorization = authorization;
    const slow = new AbortController();
    const timer = setTimeout(() => slow.abort(new Error(`no answer within ${answerTimeout / 1000} s`)), answerTimeout);
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.any([signal, slow.signal]) });
      if (!response.ok) throw new Error(`${url.href} answered ${response.status} ${response.statusText}`.trimEnd());
      return response;
    } finally {
      clearTimeout(timer);
    }
  };
  const page = await get(
    new URL(`${base.href.replace(/\/+$/, "")}/${project}/`),
    "application/vnd.pypi.simple.v1+json, text/html;q=0.5",
  );
  const links = linksOf(await page.text(), page.headers.get("content-type") ?? "");
  const link = links.find(({ filename }) => filename === file);
  if (link === undefined) throw new Error(`${page.url} does not list ${file}`);
  const url = new URL(link.url, page.url);
  url.hash = "";
  const { body } = await get(url, "*/*");
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    received += chunk.length;
    onBytes(received);
  }
  return Buffer.concat(chunks);
}
