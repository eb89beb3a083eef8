"use strict";
// What the page can do without: tables that sort, a slider over thresholds, the numbers below the pointer.
(() => {
  const chinese = document.documentElement.lang.startsWith("zh");
  const gap = chinese ? "," : "\u202f";
  const count = (n) => (n < 10000 ? String(n) : String(n).replace(/\B(?=(\d{3})+$)/g, gap));
  // What is neither none nor all is not rounded to it.
  const percent = (part, whole) => {
    if (!whole) return "–";
    const text = (100 * part / whole).toFixed(1), sign = chinese ? "%" : "\u202f%", bound = chinese ? " " : "\u202f";
    if (part > 0 && text === "0.0") return "<" + bound + "0.1" + sign;
    return (part < whole && text === "100.0" ? ">" + bound + "99.9" : text) + sign;
  };

  // Sorting: the first number of a cell, else its text; cells without a value last.
  const value = (cell) => {
    const text = cell ? cell.textContent.trim().replace(/^[<>]\s/, "") : "";
    const number = /^[-−]?\d[\d\u202f,.]*(e[-+]?\d+)?/.exec(text);
    return number ? parseFloat(number[0].replace(/[\u202f,]/g, "")) : text;
  };
  const compare = (a, b) =>
    typeof a === typeof b ? (typeof a === "number" ? a - b : a.localeCompare(b)) : typeof a === "number" ? -1 : 1;
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const falling = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((h) => h.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
        rows.sort(([a], [b]) => {
          const empty = (x) => x === "" || x === "–";
          if (empty(a) !== empty(b)) return empty(a) ? 1 : -1;
          return falling ? compare(b, a) : compare(a, b);
        });
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  // The slider: each threshold is a row of the table below it.
  const cuts = document.getElementById("cuts");
  const slider = cuts && cuts.querySelector(".slider");
  if (slider) {
    const cells = Object.fromEntries([...cuts.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell]));
    const rates = Object.fromEntries([...cuts.querySelectorAll("[data-rate]")].map((rate) => [rate.dataset.rate, rate]));
    const rows = [...cuts.querySelectorAll("[data-cut]")].map((row) => row.dataset.cut.split(" ").map(Number));
    const input = slider.querySelector("input"), output = slider.querySelector("output");
    const read = (name) => Number(cells[name].firstElementChild.textContent.replace(/\D/g, ""));
    const chosen = ["hits", "alarms", "misses", "rejected"].map(read), start = input.value;
    const show = ([hits, alarms, misses, rejected], text) => {
      const set = (name, n, all) => {
        cells[name].firstElementChild.textContent = count(n);
        cells[name].lastElementChild.textContent = percent(n, all);
        cells[name].className = cells[name].className.replace(/h\d+/, "h" + (all ? Math.round(10 * n / all) : 0));
      };
      set("hits", hits, hits + misses);
      set("misses", misses, hits + misses);
      set("alarms", alarms, alarms + rejected);
      set("rejected", rejected, alarms + rejected);
      const all = hits + alarms + misses + rejected;
      rates.called.textContent = percent(hits + alarms, all);
      rates.precision.textContent = percent(hits, hits + alarms);
      rates.recall.textContent = percent(hits, hits + misses);
      rates.accuracy.textContent = percent(hits + rejected, all);
      output.textContent = text;
    };
    input.addEventListener("input", () => show(rows[input.value], (input.value / 100).toFixed(2)));
    slider.querySelector("button").addEventListener("click", () => {
      input.value = start;
      show(chosen, output.dataset.chosen);
    });
    slider.hidden = false;
  }

  // The numbers below the pointer: the nearest row of the figure's table.
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  for (const figure of document.querySelectorAll("figure")) {
    const plot = figure.querySelector("svg[data-box]");
    const rows = [...figure.querySelectorAll("tr[data-at]")];
    if (!plot || !rows.length) continue;
    const [x0, x1, y0, y1, left, right, bottom, top] = plot.dataset.box.split(" ").map(Number);
    const place = ([x, y]) => [left + (x - x0) / (x1 - x0) * (right - left), bottom + (y - y0) / (y1 - y0) * (top - bottom)];
    const points = rows.map((row) => place(row.dataset.at.split(" ").map(Number)));
    const heads = [...figure.querySelectorAll("details thead th")].map((head) => head.textContent);
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    dot.setAttribute("class", "dot");
    dot.setAttribute("r", "22");
    const hide = () => {
      tip.hidden = true;
      dot.remove();
    };
    const show = (event) => {
      const box = plot.getBoundingClientRect(), scale = plot.viewBox.baseVal.width / box.width;
      const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
      if (x < left - 20 || x > right + 20) return hide();
      let best = 0;
      // Along a curve the place from left to right decides, among equals the height.
      const far = ([px, py]) => Math.abs(px - x) + 0.1 * Math.abs(py - y);
      points.forEach((point, i) => { if (far(point) < far(points[best])) best = i; });
      dot.setAttribute("cx", points[best][0]);
      dot.setAttribute("cy", points[best][1]);
      plot.append(dot);
      tip.replaceChildren(...heads.map((head, i) => {
        const line = document.createElement("div"), strong = document.createElement("b");
        strong.textContent = rows[best].cells[i].textContent;
        line.append(head + " ", strong);
        return line;
      }));
      tip.hidden = false;
      const width = tip.offsetWidth, height = tip.offsetHeight;
      const besides = event.clientX + 14 + width > window.innerWidth ? event.clientX - 14 - width : event.clientX + 14;
      tip.style.left = Math.max(4, besides) + "px";
      tip.style.top = Math.max(4, Math.min(event.clientY + 14, window.innerHeight - height - 4)) + "px";
    };
    plot.addEventListener("pointermove", show);
    plot.addEventListener("pointerdown", show);
    plot.addEventListener("pointerleave", hide);
  }
})();
