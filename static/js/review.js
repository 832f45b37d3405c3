// The review of a station's readings: stacked panels with flag ticks, a list of flags, decisions by key, mouse or field.
// Markup: templates/quality/review.html. [data-panels] names the URL that answers
//   {t0, dt, n, zone, offsetSeconds, panels: [{parameter, label, unit, colour, inverted, step, raw, used}], flags, marks}
//   (readings.js); a panel without "used" has nothing corrected or left out.
"use strict";
(() => {
  const AXIS_WIDTH = 64;
  const HEIGHT = 132;
  const TONES = { fail: "#b3261e", suspect: "#8a5300", settled: "#5f6b68" };
  const USED = "#12211e";
  const pad = (n) => String(n).padStart(2, "0");
  const iso = (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
  const isoMinute = (d) => `${iso(d)}T${pad(d.getHours())}:${pad(d.getMinutes())}`;

  const box = document.querySelector("[data-review-box]");
  if (!box) return;
  const host = box.querySelector("[data-panels]");
  const rangeForm = box.querySelector("[data-range-form]");
  const refused = box.querySelector("[data-refused]");
  const readings = host && new Readings(host.dataset.panels, ["raw", "used"]);
  let grid = null;
  let plots = [];
  let chosen = null; // id of the flag in hand
  let pressed = null; // the panel on which the mouse went down

  // ---- time

  const wall = (seconds) => uPlot.tzDate(new Date(seconds * 1e3), grid.zone);
  const asField = (seconds) => isoMinute(wall(seconds));
  const seconds = (text) => Date.parse(`${text}Z`) / 1e3 - grid.offsetSeconds;

  // ---- drawing

  const pixels = () => (typeof devicePixelRatio === "number" ? devicePixelRatio : 1);

  function drawFlags(u, parameter) {
    const { ctx, bbox } = u;
    const ratio = pixels();
    ctx.save();
    for (const flag of grid.flags) {
      if (flag.parameter !== parameter) continue;
      const left = Math.max(u.valToPos(flag.from, "x", true), bbox.left);
      const right = Math.min(u.valToPos(flag.to, "x", true), bbox.left + bbox.width);
      if (right < bbox.left || left > bbox.left + bbox.width) continue;
      const width = Math.max(right - left, 3 * ratio);
      ctx.fillStyle = TONES[flag.tone];
      if (flag.id === chosen) {
        ctx.globalAlpha = 0.14;
        ctx.fillRect(left, bbox.top, width, bbox.height);
        ctx.globalAlpha = 1;
      }
      ctx.fillRect(left, bbox.top - 7 * ratio, width, 6 * ratio);
      ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "left";
      ctx.fillText(flag.letter, left, bbox.top - 10 * ratio);
    }
    ctx.restore();
  }

  function drawMarks(u, parameter) {
    const { ctx, bbox } = u;
    const r = 3.6 * pixels();
    ctx.save();
    ctx.lineWidth = pixels();
    ctx.strokeStyle = "#fff";
    for (const mark of grid.marks) {
      if (mark.parameter !== parameter) continue;
      const x = u.valToPos(mark.t, "x", true);
      const y = u.valToPos(mark.v, "y", true);
      if (x < bbox.left || x > bbox.left + bbox.width || y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.beginPath();
      if (mark.kind === "visit") {
        ctx.moveTo(x, y - 1.5 * r);
        ctx.lineTo(x + 1.5 * r, y);
        ctx.lineTo(x, y + 1.5 * r);
        ctx.lineTo(x - 1.5 * r, y);
        ctx.closePath();
      } else ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.fillStyle = "#12211e";
      ctx.fill();
      ctx.stroke();
    }
    ctx.restore();
  }

  const labels = (_u, splits, _axis, _space, increment) =>
    splits.map((s) => {
      const d = wall(s);
      if (increment >= 86400 * 27) return iso(d).slice(0, 7);
      return increment >= 86400 ? iso(d).slice(5) : isoMinute(d).slice(5).replace("T", " ");
    });

  const width = () => Math.max(260, host.clientWidth);
  let zooming = false;
  function zoom(min, max) {
    if (zooming || !(max > min)) return;
    scale(min, max);
    sharpen(min, max);
  }
  function scale(min, max) {
    zooming = true;
    for (const plot of plots) plot.setScale("x", { min, max });
    zooming = false;
  }
  async function sharpen(min, max) {
    try {
      if (!(await readings.look(min, max))) return;
      plots.forEach((plot, i) => plot.setData(readings.data[i], false));
      scale(min, max);
    } catch (error) {
      Readings.failed(host, error);
    }
  }
  const whole = () => grid.n && zoom(grid.t0, grid.t0 + (grid.n - 1) * grid.dt);

  function select(u, panel) {
    if (u.select.width < 3 || u.over !== pressed) return; // the cursor's synchronisation selects in every panel
    const from = u.posToVal(u.select.left, "x");
    const to = u.posToVal(u.select.left + u.select.width, "x");
    fill(panel.parameter, asField(from), asField(to));
    choose(null);
  }

  function fill(parameter, from, to) {
    if (!rangeForm) return;
    if ([...rangeForm.parameter.options].some((option) => option.value === parameter)) rangeForm.parameter.value = parameter;
    rangeForm.from.value = from;
    rangeForm.to.value = to;
    document.dispatchEvent(new Event("fields-filled"));
  }

  function draw() {
    plots.forEach((plot) => plot.destroy());
    plots = [];
    host.replaceChildren();
    grid.panels.forEach((panel, index) => {
      const holder = document.createElement("div");
      holder.className = "panel-plot";
      host.append(holder);
      const last = index === grid.panels.length - 1;
      const text = (_u, v) => (v == null ? "–" : `${v} ${panel.unit}`.trim());
      const paths = panel.step ? uPlot.paths.stepped({ align: 1 }) : undefined;
      plots.push(
        new uPlot(
          {
            width: width(),
            height: HEIGHT + (last ? 28 : 0),
            title: panel.unit ? `${panel.label} (${panel.unit})` : panel.label,
            tzDate: (s) => wall(s),
            padding: [22, 26, 6, 0],
            cursor: { sync: { key: "review" }, drag: { x: true, y: false, setScale: false } },
            legend: { live: true },
            scales: { y: { dir: panel.inverted ? -1 : 1 } },
            axes: [
              { values: labels, show: last, size: 34, space: 70 },
              { size: AXIS_WIDTH, space: 26 },
            ],
            series: [
              { label: grid.timeLabel, value: (_u, s) => (s == null ? "–" : asField(s).replace("T", " ")) },
              { label: panel.label, stroke: panel.colour, width: 1, paths, fill: panel.step ? panel.colour + "55" : undefined, points: { show: false }, value: text },
              { label: grid.correctedLabel, stroke: USED, width: 1.2, paths, points: { show: false }, value: text },
            ],
            hooks: {
              draw: [(u) => { drawFlags(u, panel.parameter); drawMarks(u, panel.parameter); }],
              ready: [(u) => u.over.addEventListener("mousedown", () => { pressed = u.over; }, { capture: true })],
              setSelect: [(u) => select(u, panel)],
            },
          },
          readings.data[index],
          holder,
        ),
      );
    });
    show();
    box.dataset.ready = String(grid.n);
  }

  function show() {
    const shown = box.querySelector("[name=shown]:checked")?.value ?? "both";
    plots.forEach((plot, i) => {
      const changed = grid.panels[i].used !== undefined;
      plot.setSeries(1, { show: shown !== "used" || !changed });
      plot.setSeries(2, { show: changed && shown !== "raw" });
    });
  }

  async function load() {
    const kept = plots.length ? { ...plots[0].scales.x } : null;
    try {
      grid = await readings.load();
      draw();
      if (kept) zoom(kept.min, kept.max);
      else whole();
    } catch (error) {
      Readings.failed(host, error);
    }
  }

  // ---- the list of flags

  const rows = () => [...box.querySelectorAll("[data-flag]")];
  const row = () => rows().find((item) => Number(item.dataset.flag) === chosen);

  function mark(item) {
    for (const each of rows()) each.classList.toggle("chosen", each === item);
    plots.forEach((plot) => plot.redraw(false));
  }

  function choose(item, { focus = false } = {}) {
    chosen = item ? Number(item.dataset.flag) : null;
    mark(item);
    if (!item) return;
    fill(item.dataset.parameter, item.dataset.from, item.dataset.to);
    if (rangeForm) {
      // one flag's suggestion never stays for the next one
      rangeForm.kind.value = item.dataset.suggestedKind || "exclude";
      rangeForm.start_value.value = item.dataset.suggestedStart;
      rangeForm.end_value.value = item.dataset.suggestedEnd;
      rangeForm.relative.checked = false;
      fields();
    }
    if (focus) {
      item.focus({ preventScroll: true });
      item.scrollIntoView({ block: "nearest" });
    }
  }

  function zoomToChosen() {
    const item = row();
    if (!item || !grid) return;
    const [from, to] = [seconds(item.dataset.from), seconds(item.dataset.to)];
    const room = Math.max((to - from) * 0.6, 6 * 3600);
    zoom(Math.max(from - room, grid.t0), Math.min(to + room, grid.t0 + grid.n * grid.dt));
  }

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((item) => Number(item.dataset.flag) === chosen);
    choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)], { focus: true });
  }

  // ---- decisions

  async function send(form, button) {
    const body = new FormData(form);
    if (button?.name) body.set(button.name, button.value);
    if (refused) refused.textContent = "";
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "review" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const state = page.querySelector("[data-review-state]");
    if (!answer.ok || !state) {
      const told = page.querySelector("p[role=alert]");
      if (refused) refused.textContent = told ? told.textContent.trim() : String(answer.status);
      return;
    }
    box.querySelector("[data-review-state]").replaceWith(state);
    if (form === rangeForm) rangeForm.reason.value = "";
    mark(row());
    await load();
    mark(row()); // what is in hand now: the person may have gone on to another flag meanwhile
  }

  box.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-review-form]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  box.addEventListener("click", (event) => {
    const item = event.target.closest("[data-choose]")?.closest("[data-flag]");
    if (item) {
      choose(item);
      zoomToChosen();
    }
    if (event.target.closest("[data-whole]")) whole();
    if (event.target.closest("[data-help]")) help();
  });
  box.addEventListener("change", (event) => {
    if (event.target.name === "shown") show();
    if (event.target.name === "kind") fields();
  });

  function fields() {
    if (!rangeForm) return;
    for (const part of rangeForm.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(rangeForm.kind.value);
  }

  function help() {
    const keys = document.getElementById("keys");
    keys.hidden = !keys.hidden;
    box.querySelector("[data-help]").setAttribute("aria-expanded", String(!keys.hidden));
  }

  const press = (kind) => row()?.querySelector(`button[name=kind][value=${kind}]`)?.click();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const act = {
      j: () => step(1),
      k: () => step(-1),
      a: () => press("accept"),
      r: () => press("reject"),
      z: zoomToChosen,
      n: () => {
        if (!rangeForm) return;
        rangeForm.kind.value = "note";
        fields();
        rangeForm.reason.focus();
      },
      "?": help,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  fields();
  new ResizeObserver(() => plots.forEach((plot) => plot.setSize({ width: width(), height: plot.height }))).observe(host);
  load();
})();
