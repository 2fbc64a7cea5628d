"use strict";
// Reports in programs that are made for them:
//   node consumers_test.js CHROMIUM MERMAID FILE      draws a diagram, prints what is in it
//   node consumers_test.js CHROMIUM SPEEDSCOPE FILE   opens a trace, prints what it shows
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { run, open } = require("./browser.js");

const [chromium, consumer, file] = process.argv.slice(2);

async function draw(browser) {
  const page = await browser.newPage();
  await page.addScriptTag({ path: path.join(consumer, "dist/mermaid.min.js") });
  return page.evaluate(async (text) => {
    /* global mermaid */
    mermaid.initialize({ startOnLoad: false });
    const { diagramType } = await mermaid.parse(text);
    const { svg } = await mermaid.render("diagram", text);
    const picture = new DOMParser().parseFromString(svg, "image/svg+xml");
    const texts = (selector) => [...picture.querySelectorAll(selector)].map((one) => one.textContent);
    return { diagramType, actors: [...new Set(texts("text.actor"))], messages: texts(".messageText"), notes: texts(".noteText") };
  }, fs.readFileSync(file, "utf8"));
}

async function show(browser) {
  const { page, wrong } = await open(browser, path.join(consumer, "dist/release/index.html"));
  await page.locator("input[type=file]").setInputFiles(file);
  const title = page.getByText(/\(pid \d+\), .* \(tid \d+\) \(1\/\d+\)/);
  await title.waitFor({ timeout: 120000 });
  assert.deepEqual(wrong, []);
  return { title: await title.innerText() };
}

run(chromium, async (browser) => {
  console.log(JSON.stringify(await (path.basename(consumer) === "mermaid" ? draw : show)(browser)));
});
