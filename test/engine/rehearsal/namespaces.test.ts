import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemTool } from "../../../toolchain/path.ts";

const enter = join(import.meta.dirname, "..", "..", "..", "rehearsal", "namespaces", "enter.sh");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "a folder with blanks and ü "));
  for (const name of ["outer", "inner"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "resolv.conf"), `nameserver 10.65.0.10 # ${name}\n`);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a shell script inside of the namespaces, with OUTER, INNER, ENTER and IP set. */
async function inside(script: string): Promise<readonly string[]> {
  const ip = (await systemTool("ip", process.env)) ?? "";
  const flags = process.getuid?.() === 0 ? "-mnp" : "-Urmnp";
  const env = { ...process.env, OUTER: join(folder, "outer"), INNER: join(folder, "inner"), ENTER: enter, IP: ip };
  const args = [flags, "--fork", "--kill-child", "--mount-proc", enter, env.OUTER, ip, "/bin/sh", "-c", script];
  return execFileSync("unshare", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
    .trim()
    .split("\n");
}

test("what a machine keeps in /certs is neither seen nor touched", async () => {
  // The first entry makes a root with a /certs that can be written to; it stands for the machine of the second.
  const nested = `unshare -mnp --fork --kill-child --mount-proc "$ENTER" "$INNER" "$IP" /bin/sh -c 'echo "inside: $(ls /certs)"; echo ours > /certs/ours'`;
  expect(await inside(`echo key > /certs/key; ${nested}; echo "after: $(ls /certs) $(cat /certs/key)"`)).toEqual([
    "inside: ",
    "after: key key",
  ]);
});

test("nobody is trusted inside but whom the rehearsal names, on machines with and without a folder for it", async () => {
  const look = `echo "$(find /etc/ssl/) in $(ls -d /etc/*/ | wc -l)"; cat /etc/name; echo mine > /etc/ssl/certs/ca-certificates.crt`;
  // The tmpfs stands for the /etc of another machine.
  const nested = `unshare -mnp --fork --kill-child --mount-proc "$ENTER" "$INNER" "$IP" /bin/sh -c '${look}'`;
  const machine = (more: string) =>
    inside(
      `mount -t tmpfs machine /etc; mkdir /etc/other; echo a machine > /etc/name; ${more}; ${nested}; find /etc -name '*.crt' -exec cat {} +`,
    );
  expect(await machine("true")).toEqual(["/etc/ssl/", "/etc/ssl/certs in 2", "a machine"]);
  const trusting = "mkdir -p /etc/pki/certs; ln -s /etc/pki /etc/ssl; echo theirs > /etc/pki/certs/ca-certificates.crt";
  expect(await machine(trusting)).toEqual(["/etc/ssl/", "/etc/ssl/certs in 3", "a machine", "theirs"]);
});

test("pods' and Services' addresses are local, the resolver and the shared memory are the rehearsal's own, processes are none but its own", async () => {
  const lines = await inside(
    '"$IP" -4 route get 10.64.1.2 | head -n 1 | cut -d " " -f 1-2; "$IP" route get 10.65.0.10 | head -n 1 | cut -d " " -f 1-2; cat /etc/resolv.conf; ls -A /dev/shm | wc -l; ls -d /proc/[0-9]* | wc -l',
  );
  expect(lines.slice(0, 4)).toEqual(["local 10.64.1.2", "local 10.65.0.10", "nameserver 10.65.0.10 # outer", "0"]);
  // The shell, ls and wc.
  expect(Number(lines[4])).toBeLessThanOrEqual(3);
});
