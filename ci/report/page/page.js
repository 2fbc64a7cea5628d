"use strict";
// Shows one scenario at a time, and of it one execution at a time, after any of its steps. All state
// is in `shown`; every change of it draws again.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const shown = { scenario: null, story: 0, step: 0, timer: null };

  // make("p", {class: "meta"}, "text", child…): an element; text is never read as markup.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function svg(tag, attributes = {}, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

  // --- light and dark -------------------------------------------------------------------------
  const wantsDark = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  const isDark = () => (chosen === null ? wantsDark.matches : chosen);
  const drawTheme = () => document.documentElement.classList.toggle("dark", isDark());
  wantsDark.addEventListener("change", drawTheme);
  at("theme").addEventListener("click", () => {
    chosen = !isDark();
    drawTheme();
  });

  // --- the list -------------------------------------------------------------------------------
  function drawList() {
    const words = at("filter").value.toLowerCase();
    const rows = data.scenarios
      .filter((s) => s.name.toLowerCase().includes(words) && (!at("only-bad").checked || !s.good))
      .map((scenario) => {
        const button = make(
          "button",
          { type: "button", "aria-current": String(scenario === shown.scenario) },
          make("span", { class: "mark " + (scenario.good ? "good" : "bad") }, scenario.good ? "✓" : "✗"),
          scenario.name,
        );
        button.addEventListener("click", () => show(scenario, true));
        return make("li", {}, button);
      });
    at("scenarios").replaceChildren(...rows);
  }
  at("filter").addEventListener("input", drawList);
  at("only-bad").addEventListener("change", drawList);

  // --- one scenario ---------------------------------------------------------------------------
  function show(scenario, focuses) {
    pause();
    Object.assign(shown, { scenario, story: 0, step: 0 });
    const first = scenario.shown.findIndex((one) => one.story);
    if (first >= 0) {
      shown.story = first;
    }
    drawList();
    drawScenario();
    if (focuses) {
      at("scenario").focus({ preventScroll: true });
    }
  }

  function drawScenario() {
    const s = shown.scenario;
    at("head").replaceChildren(
      make("h2", {}, s.name),
      make("p", { class: "meta" }, `${s.file} · revision ${s.revision} · ${counted(s.executions, "execution")}`),
      make("p", {}, s.about),
      make(
        "p",
        {},
        make("span", { class: "pill " + (s.expected ? "good" : "bad") }, s.expected ? "as expected" : "NOT as expected"),
        ...(s.changed ? [" ", make("span", { class: "pill bad" }, "NOT as in the baseline")] : []),
        ` ${s.says}${s.expected ? "" : "; the file expects " + s.expects}`,
      ),
    );
    at("player").hidden = s.shown.length === 0;
    drawTabs();
    drawStory();
    drawOutcomes();
    drawWorth();
    at("smallest").replaceChildren(
      ...(s.smallest ? [make("h3", {}, "Smaller"), make("p", {}, s.smallest.says + ":"), make("pre", {}, s.smallest.scenario)] : []),
    );
  }

  function drawTabs() {
    const tabs = shown.scenario.shown.map((one, i) => {
      const tab = make(
        "button",
        { type: "button", role: "tab", "aria-selected": String(i === shown.story) },
        one.title + (one.old ? " (as it was)" : ""),
      );
      tab.addEventListener("click", () => {
        pause();
        Object.assign(shown, { story: i, step: 0 });
        drawTabs();
        drawStory();
      });
      return tab;
    });
    at("stories").replaceChildren(...tabs);
  }

  const current = () => shown.scenario?.shown[shown.story];

  function drawStory() {
    const one = current();
    const story = one?.story;
    at("controls").hidden = at("stage").hidden = at("now").hidden = !story;
    at("end").replaceChildren(...(story ? story.end : []).map((sentence) => make("p", {}, sentence + ".")));
    at("again").replaceChildren();
    if (!one) {
      return;
    }
    if (one.replay) {
      at("again").append(
        make("h3", {}, one.old ? "See it in the approved version" : "Run it again"),
        make("pre", {}, one.replay),
      );
    }
    if (story) {
      at("scrub").max = story.moments.length;
      drawLanes(story);
      drawStep();
    }
  }

  function drawLanes(story) {
    const head = make("tr", {}, make("th", { scope: "col" }, "step"), ...story.tasks.map((t) => make("th", { scope: "col" }, t)));
    const rows = story.moments.map((moment, i) => {
      const cells = story.tasks.map((_, task) => {
        const events = moment.events.filter((event) => event.task === task);
        const waits = moment.waits.some((wait) => wait.task === task);
        const kind = events.length ? "run" : waits ? "idle-wait" : "idle";
        return make("td", { class: kind }, ...events.map((event) => make("div", { class: "k-" + event.kind }, event.phrase)));
      });
      const row = make("tr", {}, make("td", {}, String(moment.step)), ...cells);
      row.addEventListener("click", () => goTo(i));
      return row;
    });
    at("lanes").replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
  }

  // --- one step -------------------------------------------------------------------------------
  function drawStep() {
    const story = current().story;
    const moment = story.moments[shown.step];
    at("scrub").value = shown.step + 1;
    at("where").textContent = `step ${shown.step + 1} of ${story.moments.length}`;
    at("now").textContent = moment
      ? `${story.tasks[moment.task]} ${moment.events.map((event) => event.phrase).join(" · ")}`
      : "";
    [...at("lanes").querySelectorAll("tbody tr")].forEach((row, i) => {
      row.className = i === shown.step ? "current" : i > shown.step ? "later" : "";
      if (i === shown.step) {
        row.setAttribute("aria-current", "step");
        const box = at("lanes");
        box.scrollTop = Math.max(0, row.offsetTop - box.clientHeight / 2);
        const lane = row.cells[moment.task + 1];
        box.scrollLeft = Math.max(0, lane.offsetLeft + lane.offsetWidth - box.clientWidth);
      } else {
        row.removeAttribute("aria-current");
      }
    });
    if (moment) {
      drawLocks(story, moment);
      drawGraph(story, moment);
    }
  }

  function drawLocks(story, moment) {
    const chips = (names, kind) => names.map((name) => make("span", { class: "chip " + kind }, name));
    at("locks").replaceChildren(
      ...story.locks.map((name, i) => {
        const { holders, waiting } = moment.locks[i];
        const box = make("div", { class: "lock" }, make("b", {}, name));
        box.append(...(holders.length ? ["held by ", ...chips(holders, "holds")] : [make("span", { class: "free" }, "free")]));
        if (waiting.length) {
          box.append(make("br"), "waiting ", ...chips(waiting, "waits"));
        }
        return box;
      }),
    );
  }

  // Tasks on a circle, an arrow from who waits to whom; with the same in words for who cannot see it.
  function drawGraph(story, moment) {
    const waits = moment.waits;
    if (waits.length === 0) {
      at("graph").replaceChildren(make("p", { class: "free" }, "nobody waits"));
      return;
    }
    const tasks = [...new Set(waits.flatMap((wait) => [wait.task, wait.on]))].sort((a, b) => a - b);
    const radius = 95;
    const place = new Map(
      tasks.map((task, i) => {
        const angle = (2 * Math.PI * i) / tasks.length - Math.PI / 2;
        return [task, { x: 150 + radius * Math.cos(angle), y: 130 + (tasks.length > 1 ? radius : 0) * Math.sin(angle) }];
      }),
    );
    const arrow = (id, color) =>
      svg("marker", { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse", markerUnits: "userSpaceOnUse" },
        svg("path", { d: "M0 0L10 5L0 10z", fill: color }));
    const picture = svg("svg", { viewBox: "0 0 300 260", role: "img", "aria-label": "who waits for whom" },
      svg("defs", {}, arrow("arrow", "var(--wait)"), arrow("arrow-cycle", "var(--bad)")));
    for (const wait of waits) {
      const from = place.get(wait.task);
      const to = place.get(wait.on);
      const marks = { class: "edge" + (wait.cycle ? " cycle" : ""), "marker-end": `url(#arrow${wait.cycle ? "-cycle" : ""})` };
      if (wait.task === wait.on) {
        picture.append(svg("path", { ...marks, d: `M${from.x + 18} ${from.y - 14}c40 -45 -76 -45 -36 -2` }));
        continue;
      }
      // Ends at the box of the other, and bends, so that two ways between two tasks stay apart.
      const dx = to.x - from.x;
      const dy = to.y - from.y;
      const length = Math.hypot(dx, dy);
      const cut = Math.min(46 / Math.abs(dx / length || 1e-9), 17 / Math.abs(dy / length || 1e-9));
      const end = { x: to.x - (dx / length) * cut, y: to.y - (dy / length) * cut };
      const bend = { x: (from.x + to.x) / 2 - dy * 0.13, y: (from.y + to.y) / 2 + dx * 0.13 };
      picture.append(svg("path", { ...marks, d: `M${from.x} ${from.y}Q${bend.x} ${bend.y} ${end.x} ${end.y}` }));
    }
    for (const task of tasks) {
      const { x, y } = place.get(task);
      const name = story.tasks[task];
      const inCycle = waits.some((wait) => wait.task === task && wait.cycle);
      picture.append(
        svg("g", { class: "node" + (inCycle ? " cycle" : "") },
          svg("rect", { x: x - 44, y: y - 15, width: 88, height: 30, rx: 7 }),
          svg("text", { x, y }, name.length > 12 ? name.slice(0, 11) + "…" : name),
          svg("title", {}, name)),
      );
    }
    const words = waits.map((wait) =>
      make("li", wait.cycle ? { class: "cycle" } : {}, `${wait.who} waits for ${wait.what}, of ${wait.whom}${wait.cycle ? " (in a circle)" : ""}`));
    at("graph").replaceChildren(picture, make("ul", {}, ...words));
  }

  function drawOutcomes() {
    const outcomes = shown.scenario.outcomes;
    const calls = [...new Set(outcomes.flatMap((outcome) => Object.keys(outcome.calls)))].sort();
    const head = make("tr", {}, make("th", { scope: "col" }, "#"), ...calls.map((call) => make("th", { scope: "col" }, call)));
    const rows = outcomes.map((outcome, i) =>
      make("tr", outcome.schedule ? { title: outcome.schedule } : {}, make("td", {}, String(i + 1)),
        ...calls.map((call) => make("td", { class: "s-" + (outcome.calls[call] ?? "none") }, outcome.calls[call] ?? "—"))));
    at("outcomes").replaceChildren(
      make("h3", {}, `${counted(outcomes.length, "outcome")}, ${shown.scenario.complete ? "of all executions" : "of the executions that were run"}`),
      make("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Outcomes" },
        make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))),
    );
  }

  // What the verdict rests on, and what no execution gave occasion to see.
  function drawWorth() {
    const { guarantee, never, saturation } = shown.scenario;
    const facts = [
      ["guarantee", guarantee, {}],
      ["never exercised", never.length ? never.join(", ") + ": no execution gave occasion to see it" : "", { class: "warn" }],
      ["saturation", saturation, {}],
    ].filter(([, text]) => text);
    at("worth").replaceChildren(
      make("h3", {}, "What the verdict rests on"),
      make("dl", {}, ...facts.flatMap(([name, text, marks]) => [make("dt", marks, name), make("dd", marks, text)])),
    );
  }

  // --- moving ---------------------------------------------------------------------------------
  function goTo(step) {
    const story = current()?.story;
    if (story) {
      shown.step = Math.max(0, Math.min(step, story.moments.length - 1));
      drawStep();
    }
  }
  function pause() {
    clearInterval(shown.timer);
    shown.timer = null;
    at("play").textContent = "▶ play";
    at("play").setAttribute("aria-label", "Play");
  }
  function play() {
    const story = current()?.story;
    if (!story) {
      return;
    }
    if (shown.step === story.moments.length - 1) {
      goTo(0);
    }
    at("play").textContent = "⏸ pause";
    at("play").setAttribute("aria-label", "Pause");
    shown.timer = setInterval(() => {
      goTo(shown.step + 1);
      if (shown.step === story.moments.length - 1) {
        pause();
      }
    }, 700);
  }
  const toggle = () => (shown.timer === null ? play() : pause());
  const move = (step) => {
    pause();
    goTo(step);
  };
  at("first").addEventListener("click", () => move(0));
  at("back").addEventListener("click", () => move(shown.step - 1));
  at("play").addEventListener("click", toggle);
  at("next").addEventListener("click", () => move(shown.step + 1));
  at("last").addEventListener("click", () => move(Infinity));
  at("scrub").addEventListener("input", () => move(Number(at("scrub").value) - 1));
  document.addEventListener("keydown", (event) => {
    const tag = event.target.tagName;
    if (event.ctrlKey || event.metaKey || event.altKey || tag === "INPUT" || at("player").hidden) {
      return;
    }
    const moves = {
      ArrowRight: () => move(shown.step + 1),
      ArrowLeft: () => move(shown.step - 1),
      Home: () => move(0),
      End: () => move(Infinity),
    };
    if (event.key === " " && tag !== "BUTTON") {
      toggle();
    } else if (moves[event.key]) {
      moves[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  });

  // --- the beginning --------------------------------------------------------------------------
  drawTheme();
  at("summary").textContent = data.summary;
  const notes = [
    ...data.problems.map((problem) => "could not be run: " + problem),
    ...data.removed.map((name) => "in the baseline alone: " + name),
    ...(data.approve ? ["the baseline must be approved again: " + data.approve] : []),
  ];
  at("summary").after(...notes.map((note) => make("p", { class: "bad" }, note)));
  if (data.scenarios.length > 0) {
    show(data.scenarios.find((s) => !s.good) ?? data.scenarios.find((s) => s.shown.length > 0) ?? data.scenarios[0], false);
  }
})();
