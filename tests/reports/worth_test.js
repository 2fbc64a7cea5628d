"use strict";
// What a page says of how much its verdict is worth:
//   node worth_test.js CHROMIUM SCREENSHOTS MINIMISED VACUOUS SAMPLED
const assert = require("node:assert/strict");
const { run, open, picture } = require("./browser.js");

const [chromium, screenshots, minimised, vacuous, sampled] = process.argv.slice(2);
const sizes = { wide: { width: 1360, height: 900 }, narrow: { width: 390, height: 844 } };

run(chromium, async (browser) => {
  const wanted = {
    minimised: [minimised, { "#smallest": /needs every part.*expect: \{verdict: violated, property: deadlock\}/s, "#worth": /guarantee/ }],
    vacuous: [vacuous, { "#worth": /never exercised\s*refusal throttled: no execution/, "#outcomes": /1 outcome, of all executions/i }],
    sampled: [sampled, { "#worth": /random, cooperative, not complete.*saturation\s*\d+ classes, the last new one/s, "#outcomes": /of the executions that were run/i }],
  };
  for (const [name, [file, texts]] of Object.entries(wanted)) {
    for (const [size, viewport] of Object.entries(sizes)) {
      for (const colorScheme of ["light", "dark"]) {
        const { page, wrong } = await open(browser, file, { viewport, colorScheme });
        for (const [selector, text] of Object.entries(texts)) {
          assert.match(await page.innerText(selector), text);
        }
        const [width, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        assert.ok(width <= room, `${name}, ${size}: ${width} px in ${room}`);
        assert.deepEqual(wrong, []);
        await picture(page, screenshots, `${name}-${size}-${colorScheme}`, { fullPage: true });
        await page.close();
      }
    }
  }
});
