// axe-core, the accessibility checker, on every screen of the duty page: no finding of WCAG 2.2 A and AA, light and dark.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const page = `http://localhost:${process.env.PAGE}`;

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const profile = mkdtempSync(join(tmpdir(), "axe-"));
const driver = spawn("chromedriver", [`--port=${port}`], { stdio: "ignore" });
let session;

async function call(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
  return value;
}
const run = (script, args = []) => call("POST", `/session/${session}/execute/sync`, { script, args });
const element = async (selector) =>
  Object.values(await call("POST", `/session/${session}/element`, { using: "css selector", value: selector }))[0];
const click = async (selector) => call("POST", `/session/${session}/element/${await element(selector)}/click`, {});
const type = async (selector, text) =>
  call("POST", `/session/${session}/element/${await element(selector)}/value`, { text });
const open = (path) => call("POST", `/session/${session}/url`, { url: page + path });

const found = [];
async function check(screen) {
  for (const scheme of ["light", "dark"]) {
    await call("POST", `/session/${session}/goog/cdp/execute`, {
      cmd: "Emulation.setEmulatedMedia",
      params: { features: [{ name: "prefers-color-scheme", value: scheme }] },
    });
    await run(axe + "; return true");
    const { violations } = await call("POST", `/session/${session}/execute/async`, {
      script: `const done = arguments[0];
        axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(done);`,
      args: [],
    });
    for (const it of violations) found.push(`${screen}, ${scheme}: ${it.id}: ${it.nodes.map((n) => n.html).join(" ")}`);
  }
}

async function ask(code) {
  await open("/");
  await type("#identity_code", code);
  await click("button.main");
}

try {
  for (let n = 0; n < 100; n++) {
    try {
      await call("GET", "/status");
      break;
    } catch {
      await sleep(100);
    }
  }
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--user-data-dir=${profile}`];
  const made = await call("POST", "/session", {
    capabilities: { alwaysMatch: { "goog:chromeOptions": { args } } },
  });
  session = made.sessionId;
  // A page that is still on its way is waited for.
  await call("POST", `/session/${session}/timeouts`, { implicit: 20_000 });
  await open("/sign-in");
  await check("sign-in");
  await click("button.main");
  await check("duty check");
  await ask("010190-999X");
  await check("wrong code");
  await ask(process.env.IDENTITY_CODE);
  await element(".headline.yes");
  await element(".ring.now a.number");
  await check("answer");
  await call("POST", `/session/${session}/refresh`, {});
  await element(".headline.unknown");
  await check("used form");
  // A task that this professional does not have is refused: that page has the number to ring.
  await open("/");
  await run("document.querySelector('[name=task]').value = 'TASK_CLIENT_WORK'");
  await type("#identity_code", process.env.IDENTITY_CODE);
  await click("button.main");
  await element("p.number a[href^='tel:']");
  await check("refused");
  await ask(process.env.OTHER_CODE);
  await check("answer about somebody whom nobody knows");
  // Word that is left is the duty service's matter: then the timeline is shown.
  await ask(process.env.IDENTITY_CODE);
  await click("form[action='/word'] button");
  await element("form[action='/word-done']");
  await check("word");
  await ask(process.env.IDENTITY_CODE);
  await click("form[action='/workers'] button");
  await element(".lanes");
  await check("workers");
  await click("form[action='/timeline'] button");
  await element("svg .bar");
  await check("timeline");
  await ask(process.env.IDENTITY_CODE);
  await click("form[action='/sheet'] button");
  await element(".on-screen");
  await check("sheet");
  await open("/contacts");
  await check("contacts");
  if (found.length) throw new Error(found.join("\n"));
} finally {
  if (session) await call("DELETE", `/session/${session}`).catch(() => {});
  driver.kill();
  rmSync(profile, { recursive: true, force: true });
}
