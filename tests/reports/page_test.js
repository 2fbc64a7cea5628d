"use strict";
// Drives the page in a real browser: node page_test.js CHROMIUM PAGE SCREENSHOTS.
const assert = require("node:assert/strict");
const { run, open, picture } = require("./browser.js");

const [chromium, file, screenshots] = process.argv.slice(2);

async function look(browser) {
  const wide = { viewport: { width: 1360, height: 900 } };
  const { page, wrong } = await open(browser, file, { ...wide, colorScheme: "light" });
  const where = () => page.textContent("#where");
  const text = (selector) => page.textContent(selector);

  // It opens at what needs a look.
  assert.match(await text("#summary"), /2 of 4 scenarios as expected/);
  assert.equal(await page.locator("#scenarios button").count(), 3);
  await page.getByRole("checkbox").check();
  assert.equal(await page.locator("#scenarios button").count(), 2);
  await page.getByRole("checkbox").uncheck();

  // Filter, choose, and step through a deadlock by button, key and scrubber.
  await page.fill("#filter", "opposite");
  await page.locator("#scenarios button").click();
  assert.equal(await text("h2"), "groups-in-opposite-orders");
  assert.equal(await where(), "step 1 of 4");
  assert.match(await text("#now"), /one.0 takes the lock of group core/);
  assert.match(await text("#graph"), /nobody waits/);
  await page.click("#next");
  assert.equal(await where(), "step 2 of 4");
  await page.locator("#lanes").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await where(), "step 3 of 4");
  assert.equal(await page.locator("#graph .edge").count(), 1);
  assert.equal(await page.locator("#graph .edge.cycle").count(), 0);
  await page.keyboard.press("End");
  assert.equal(await where(), "step 4 of 4");
  assert.equal(await page.locator("#graph .edge.cycle").count(), 2);
  assert.equal(await page.locator("#graph .node.cycle").count(), 2);
  assert.match(await text("#locks"), /held by one\.0.*waiting other\.0\.0/s);
  await page.keyboard.press("Home");
  assert.equal(await where(), "step 1 of 4");
  await page.locator("#scrub").fill("3");
  assert.equal(await where(), "step 3 of 4");
  await page.locator("#lanes tbody tr").nth(1).click();
  assert.equal(await where(), "step 2 of 4");
  assert.equal(await page.locator("#lanes tr.current").count(), 1);
  assert.equal(await page.locator("#lanes tr.later").count(), 2);

  // Play runs to the end and stops there.
  await page.locator("#lanes").focus();
  await page.keyboard.press("Space");
  assert.match(await text("#play"), /pause/);
  await page.waitForFunction(() => document.getElementById("where").textContent === "step 4 of 4");
  await page.waitForFunction(() => document.getElementById("play").textContent.includes("play"));
  await picture(page, screenshots, "light");

  // Everything can be reached by the tabulator.
  await page.locator("#filter").focus();
  const reached = new Set();
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
  }
  for (const id of ["only-bad", "play", "scrub", "lanes", "next"]) {
    assert.ok(reached.has(id), id + " is not reached by the tabulator");
  }

  // A change of behaviour: the outcome that became possible, and the one that is gone.
  await page.fill("#filter", "throttle-spacing");
  await page.locator("#scenarios button").click();
  assert.equal(await page.locator("#stories button").count(), 2);
  assert.match(await text("#head"), /as expected NOT as in the baseline/);
  assert.match(await text("#stories"), /became possible: a.0=ran a.1=throttled.*became impossible.*as it was/s);
  assert.equal(await page.locator("#outcomes tbody tr").count(), 2);
  await page.locator("#stories button").nth(1).click();
  assert.ok(await page.locator("#stage").isHidden());
  assert.match(await text("#again"), /approved version/);

  // What a scenario says is text, never markup.
  await page.fill("#filter", "a <b>");
  await page.locator("#scenarios button").click();
  assert.match(await text("h2"), /^a <b> & 'c' "d"/);
  assert.deepEqual(wrong, []);

  // The toggle goes both ways; dark is chosen by the system.
  const background = (which) => which.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background(page);
  await page.click("#theme");
  assert.notEqual(await background(page), light);
  const dark = await open(browser, file, { ...wide, colorScheme: "dark" });
  assert.notEqual(await background(dark.page), light);
  await dark.page.fill("#filter", "opposite");
  await dark.page.locator("#scenarios button").click();
  await dark.page.click("#last");
  await picture(dark.page, screenshots, "dark");
  await dark.page.click("#theme");
  assert.equal(await background(dark.page), light);

  // On a telephone nothing is wider than the screen.
  const narrow = await open(browser, file, { viewport: { width: 390, height: 844 }, colorScheme: "light" });
  await narrow.page.fill("#filter", "opposite");
  await narrow.page.locator("#scenarios button").click();
  await narrow.page.click("#last");
  const widths = await narrow.page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(widths[0] <= widths[1], "it is wider than the screen: " + widths);
  await picture(narrow.page, screenshots, "narrow", { fullPage: true });
  // Whoever runs is in sight, however many lanes there are.
  await narrow.page.setViewportSize({ width: 320, height: 700 });
  for (const key of ["#first", "#next", "#last"]) {
    await narrow.page.click(key);
    const sides = await narrow.page.evaluate(() => {
      const side = (element) => element.getBoundingClientRect().right;
      return [side(document.querySelector("#lanes tr.current .run")), side(document.getElementById("lanes"))];
    });
    assert.ok(sides[0] <= sides[1], key + ": out of sight: " + sides);
  }
  assert.deepEqual([dark.wrong, narrow.wrong], [[], []]);
}

run(chromium, look);
