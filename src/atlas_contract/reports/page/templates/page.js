"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  for (const each of all("#theme, #filter, #states, [data-copy], [data-toggle]")) each.hidden = false;

  // The theme: as the system has it, until somebody chooses.
  const themes = ["", "dark", "light"];
  const kept = {
    read() { try { return localStorage.getItem("atlas-contract-theme") || ""; } catch { return ""; } },
    write(theme) { try { localStorage.setItem("atlas-contract-theme", theme); } catch { /* not for a file, here */ } },
  };
  const wear = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    byId("theme").textContent = `Theme: ${theme || "as the system"}`;
  };
  let theme = themes.includes(kept.read()) ? kept.read() : "";
  wear(theme);
  byId("theme").addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    wear(theme);
    kept.write(theme);
  });

  // Copying, also where the browser keeps the clipboard from a file.
  let quiet = 0;
  const say = (text) => {
    byId("said").textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => { byId("said").textContent = ""; }, 4000);
  };
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const copy = async (node) => {
    try {
      await navigator.clipboard.writeText(node.textContent);
      return true;
    } catch {
      select(node);
      return document.execCommand("copy");
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) say(await copy(byId(button.dataset.copy)) ? "Copied" : "Selected: copy it with your keyboard");
  });

  // Filtering: words and operation for findings and clauses, states for clauses alone.
  const form = byId("filter");
  const items = all("[data-item]").map((node) => ({
    node,
    finding: node.dataset.item === "finding",
    state: node.dataset.state,
    operations: node.dataset.operations.split(" "),
    text: `${node.closest(".broken")?.querySelector("h3").textContent ?? ""} ${node.textContent} ${node.closest(".broken")?.querySelector(".clause").textContent ?? ""}`.toLowerCase(),
  }));
  const groups = all("[data-group]").map((node) => ({
    node,
    inner: items.filter((item) => node.contains(item.node)),
    signs: all(".signs .icon", node),
  }));
  const filter = () => {
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const operation = byId("operation").value;
    const states = new Set(all("[name=state]:checked").map((box) => box.value));
    const shown = { finding: 0, clause: 0 };
    for (const item of items) {
      item.match = words.every((word) => item.text.includes(word))
        && (!operation || item.operations.includes(operation))
        && (item.finding || states.has(item.state));
      item.node.hidden = !item.match;
      shown[item.node.dataset.item] += item.match;
    }
    for (const group of groups) {
      group.node.hidden = !group.inner.some((item) => item.match);
      group.signs.forEach((sign, at) => sign.classList.toggle("faint", !group.inner[at].match));
    }
    for (const kind of ["finding", "clause"]) {
      const none = byId(`no-${kind}`);
      if (none) none.hidden = shown[kind] > 0;
    }
    for (const band of all(".band")) {
      band.hidden = !all("[data-group]", band.nextElementSibling).some((group) => !group.hidden);
    }
    const whole = items.filter((item) => item.finding).length;
    const told = [`${shown.clause} of ${items.length - whole} clauses`];
    if (whole) told.unshift(`${shown.finding} of ${whole} findings`);
    const busy = words.length || operation || states.size < all("[name=state]").length;
    byId("matches").textContent = busy ? `Showing ${told.join(" and ")}` : "";
  };
  if (form) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", filter);
    byId("states")?.addEventListener("input", filter);
    form.addEventListener("reset", () => setTimeout(() => {
      for (const box of all("[name=state]")) box.checked = true;
      filter();
    }));
  }

  // Opening: all findings at once, and whatever a link leads to.
  for (const button of all("[data-toggle]")) {
    const mine = all("details", byId(button.dataset.toggle));
    button.addEventListener("click", () => {
      const open = mine.some((each) => !each.open);
      for (const each of mine) each.open = open;
      button.textContent = open ? "Close all" : "Open all";
    });
  }
  const follow = () => {
    const found = location.hash && byId(location.hash.slice(1));
    if (found instanceof HTMLDetailsElement) found.open = true;
  };
  addEventListener("hashchange", follow);
  follow();
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(".finding:not([open])");
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of opened) each.open = false; });

  // The heat map: one stop of the tab key, arrows within it; a number leads to its faults.
  const grid = document.querySelector("[data-grid]");
  if (grid) {
    const rows = all("tr", grid).map((row) => all("td", row).map((cell) => cell.querySelector("a")));
    const links = rows.flat().filter(Boolean);
    const rest = (link) => { for (const each of links) each.tabIndex = each === link ? 0 : -1; };
    rest(links[0]);
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    grid.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      let row = rows.findIndex((each) => each.includes(event.target));
      if (!step || row < 0) return;
      let column = rows[row].indexOf(event.target);
      do { row += step[0]; column += step[1]; } while (rows[row] && column in rows[row] && !rows[row][column]);
      const next = rows[row]?.[column];
      if (next) { rest(next); next.focus(); }
      event.preventDefault();
    });
    const families = all(".family");
    const narrow = (check, family) => {
      for (const each of families) {
        for (const row of all("tbody tr", each)) {
          row.hidden = Boolean(check) && !row.dataset.checks.split(" ").includes(check);
        }
      }
      byId("only").hidden = !check;
      byId("only").firstElementChild.textContent = check ? `Only faults that ${check} found` : "";
      for (const each of families) if (family) each.open = each.dataset.family === family;
      families.find((each) => each.dataset.family === family)?.firstElementChild.focus();
    };
    grid.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      rest(link);
      narrow(link.dataset.check, link.dataset.family);
    });
    byId("only").querySelector("button").addEventListener("click", () => narrow("", ""));
  }
})();
