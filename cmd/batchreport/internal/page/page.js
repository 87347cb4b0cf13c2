"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const said = find("#said");

  // The text of an element as the report has it, where that cannot be shown as it is.
  const textOf = (element) => "raw" in element.dataset ? JSON.parse(element.dataset.raw) : element.textContent;

  const copy = async (text) => {
    if (navigator.clipboard) {
      return navigator.clipboard.writeText(text);
    }
    const area = document.createElement("textarea"); // of a page that did not come by HTTPS
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) {
      throw new Error("not copied");
    }
  };

  for (const element of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + element.dataset.copy);
    const source = element.firstElementChild;
    button.addEventListener("click", async () => {
      let word = "Copied";
      try {
        // What is copied is what can be seen: it is meant for a terminal.
        await copy(source.textContent);
      } catch {
        word = "Not copied";
      }
      button.textContent = said.textContent = word;
      setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 1500);
    });
    element.append(button);
  }

  const sample = find("#sample");
  if (!sample) {
    return;
  }
  find(".tools").hidden = false;
  const rows = [...sample.querySelectorAll("tbody tr")];
  const found = find("#found");
  const filter = find("#filter");
  let texts;
  const show = () => {
    texts ??= rows.map((row) => [...row.cells].map((cell) => cell.textContent).join("\n").toLowerCase());
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    const number = (n) => n.toLocaleString("en-US");
    found.textContent = words.length ? number(shown) + " of " + number(rows.length) + " rows" : "";
  };
  filter.addEventListener("input", show);

  // A spreadsheet takes a value for a formula by its first character behind any spaces.
  const formula = /^[\s\p{C}\p{Z}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;
  const field = (text) => '"' + (formula.test(text) ? "'" + text : text).replaceAll('"', '""') + '"';
  const csv = () => {
    const lines = [...sample.querySelectorAll("thead tr"), ...rows.filter((row) => !row.hidden)];
    return lines.map((row) => [...row.cells].map((cell) => field(textOf(cell))).join(",") + "\r\n").join("");
  };
  find("#download").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    link.download = "failed-rows.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
})();
