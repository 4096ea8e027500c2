"use strict";
(() => {
  const root = document.documentElement;

  /* Light and dark: the reader's system decides, until the button does. */
  const theme = () => {
    const button = document.getElementById("theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    const tell = () => button.setAttribute("aria-pressed", isDark());
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      tell();
    });
    system.addEventListener("change", tell);
    tell();
    button.hidden = false;
  };

  /* Text that was laid out as blocks keeps its meaning as a table in every browser. */
  const keepRoles = (table) => {
    const roles = { THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
    table.setAttribute("role", "table");
    for (const part of table.querySelectorAll("thead, tbody, tr, td")) {
      part.setAttribute("role", roles[part.tagName]);
    }
    for (const head of table.querySelectorAll("th")) {
      head.setAttribute("role", head.scope === "col" ? "columnheader" : "rowheader");
    }
  };

  /* How long ago a moment was is not in the file: it would be wrong an hour later. */
  const UNITS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const ages = (table) => {
    const words = new Intl.RelativeTimeFormat("en");
    for (const time of table.querySelectorAll("time")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
      const age = document.createElement("span");
      age.className = "age";
      age.textContent = words.format(Math.trunc(seconds / size), unit);
      time.after(age);
    }
  };

  /* Sorting: up, down, then as the report has it. A cell without a value is last either way. */
  const NEXT = { none: "ascending", ascending: "descending", descending: "none" };
  const sorting = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const order = new Intl.Collator("en", { numeric: true });
    const key = (row, column) => {
      const cell = row.cells[column];
      return cell.querySelector("time")?.dateTime ?? cell.textContent.trim();
    };
    const sorted = (column, direction) => {
      const sign = direction === "ascending" ? 1 : -1;
      const keyed = original.map((row) => [key(row, column), row]);
      keyed.sort(([a], [b]) => (!a - !b) || sign * order.compare(a, b));
      return keyed.map(([, row]) => row);
    };
    const sort = (column) => {
      const direction = NEXT[heads[column].getAttribute("aria-sort")];
      for (const head of heads) head.setAttribute("aria-sort", "none");
      heads[column].setAttribute("aria-sort", direction);
      body.append(...(direction === "none" ? original : sorted(column, direction)));
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(column));
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
    });
  };

  /* Filtering: every word must stand somewhere in the row. Returns what shows every row again. */
  const filtering = (table) => {
    const form = document.getElementById("controls");
    const count = document.getElementById("count");
    const box = document.getElementById("filter");
    const actions = [...form.querySelectorAll("[type=checkbox]")];
    const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
    const filter = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = new Set(actions.filter((each) => each.checked).map((each) => each.value));
      let shown = 0;
      for (const [row, text] of rows) {
        row.hidden = !(chosen.has(row.dataset.action) && words.every((word) => text.includes(word)));
        shown += !row.hidden;
      }
      const number = (value) => value.toLocaleString("en");
      count.textContent = `${number(shown)} of ${number(rows.length)} jobs shown`;
    };
    const showAll = () => {
      box.value = "";
      for (const each of actions) each.checked = true;
      filter();
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      showAll();
    });
    filter();
    form.hidden = false;
    return showAll;
  };

  /* From a bar to its row, also where the filter hides it. */
  const following = (showAll) => {
    const follow = () => {
      const row = /^#job-\d+$/.test(location.hash) && document.querySelector(location.hash);
      if (!row) return;
      if (row.hidden) showAll();
      row.tabIndex = -1;
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "center" });
    };
    addEventListener("hashchange", follow);
    document.querySelector(".chart")?.addEventListener("click", (event) => {
      if (event.target.closest("a")?.hash === location.hash) follow();
    });
    follow();
  };

  theme();
  const table = document.getElementById("jobs");
  if (!table) return;
  const showAll = filtering(table);
  ages(table);
  sorting(table);
  keepRoles(table);
  following(showAll);
})();
