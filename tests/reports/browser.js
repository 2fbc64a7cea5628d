"use strict";
// A headless Chromium, and pages in it that notice what goes wrong.
const assert = require("node:assert/strict");
const path = require("node:path");
const { chromium } = require("playwright-core");

// Runs `look(browser)`; the process fails if it throws.
exports.run = async (executablePath, look) => {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    await look(browser);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
};

// A page from a file; `wrong` has its errors.
exports.open = async (browser, file, options) => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000); // a busy machine takes its time
  const asked = [];
  const wrong = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("dialog", () => wrong.push("a dialog"));
  await page.goto("file://" + path.resolve(file));
  assert.deepEqual(asked.filter((url) => !/^(file|data|blob):/.test(url)), [], "it asks the network");
  return { page, wrong };
};

// As it is when nothing moves any more.
exports.picture = (page, folder, name, options) =>
  page.screenshot({ path: path.join(folder, name + ".png"), animations: "disabled", ...options });
