// Stacked hydrograph panels over one shared time axis. Markup:
//   <div data-hydrograph="URL" data-loading="…" data-failed="…"></div>, with optional [data-from] [data-to] inputs
//   and [data-zoom] [data-reset] buttons inside the same [data-hydrograph-box]. An address with ?from=&to= (wall time
//   of the station) opens on that span, ?panel= marks the panel; [data-span-from] [data-span-to] anywhere follow the zoom.
//   A [data-series="URL"] button in the box draws another series in the place of the first.
// The URL answers {t0, dt, n, zone, panels: [{label, unit, inverted, step, colour, values}]} (readings.js); null is a gap.
"use strict";
(() => {
  const AXIS_WIDTH = 64; // one width for all panels, or their time axes do not line up
  const HEIGHT = 140;

  const pad = (n) => String(n).padStart(2, "0");
  const iso = (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
  const isoMinute = (d) => `${iso(d)} ${pad(d.getHours())}:${pad(d.getMinutes())}`;

  function tickLabels(zone) {
    return (_u, splits, _axis, _space, increment) =>
      splits.map((s) => {
        const d = uPlot.tzDate(new Date(s * 1e3), zone);
        return increment >= 86400 * 27 ? `${d.getFullYear()}-${pad(d.getMonth() + 1)}` : increment >= 86400 ? iso(d).slice(5) : isoMinute(d).slice(5);
      });
  }

  function draw(box, readings) {
    const { grid } = readings;
    box.drawing?.abort(); // the buttons leave the plots that were drawn before
    box.drawing = new AbortController();
    const { signal } = box.drawing;
    const host = box.querySelector("[data-hydrograph]");
    const full = [grid.t0, grid.t0 + (grid.n - 1) * grid.dt];
    const plots = [];
    const asked = new URLSearchParams(location.search);
    let zooming = false;
    let span = []; // uPlot tells of each scale once more when it has drawn
    const scale = (min, max) => {
      zooming = true;
      for (const p of plots) p.setScale("x", { min, max });
      zooming = false;
    };
    const sharpen = async (min, max) => {
      try {
        if (!(await readings.look(min, max)) || signal.aborted) return;
        plots.forEach((p, i) => p.setData(readings.data[i], false));
        scale(min, max);
      } catch (error) {
        Readings.failed(host, error);
      }
    };
    const zoom = (min, max) => {
      if (zooming || (min === span[0] && max === span[1])) return;
      span = [min, max];
      scale(min, max);
      sharpen(min, max);
      const [from, to] = [box.querySelector("[data-from]"), box.querySelector("[data-to]")];
      if (from) from.value = isoMinute(uPlot.tzDate(new Date(min * 1e3), grid.zone)).replace(" ", "T");
      if (to) to.value = isoMinute(uPlot.tzDate(new Date(max * 1e3), grid.zone)).replace(" ", "T");
      if (min > full[0] || max < full[1]) follow(from, to);
      document.dispatchEvent(new Event("fields-filled"));
    };
    const follow = (from, to) => {
      for (const [name, input] of [["from", from], ["to", to]])
        document.querySelectorAll(`[data-span-${name}]`).forEach((other) => (other.value = input?.value ?? ""));
    };
    const width = () => Math.max(280, host.clientWidth);
    host.replaceChildren();
    grid.panels.forEach((panel, index) => {
      const holder = document.createElement("div");
      holder.className = panel.name && panel.name === asked.get("panel") ? "panel-plot panel-asked" : "panel-plot";
      host.append(holder);
      const last = index === grid.panels.length - 1;
      plots.push(
        new uPlot(
          {
            width: width(),
            height: HEIGHT + (last ? 28 : 0),
            title: panel.unit ? `${panel.label} (${panel.unit})` : panel.label,
            tzDate: (s) => uPlot.tzDate(new Date(s * 1e3), grid.zone),
            padding: [10, 12, 6, 0],
            cursor: { sync: { key: "hydrograph" }, drag: { x: true, y: false } },
            legend: { live: true },
            scales: { y: { dir: panel.inverted ? -1 : 1 } },
            axes: [
              { values: tickLabels(grid.zone), show: last, size: 34, space: 70 },
              { size: AXIS_WIDTH, space: 26 },
            ],
            series: [
              { label: grid.timeLabel, value: (_u, s) => (s == null ? "–" : isoMinute(uPlot.tzDate(new Date(s * 1e3), grid.zone)) + " " + grid.offset) },
              {
                label: panel.label,
                stroke: panel.colour,
                fill: panel.step ? panel.colour + "55" : undefined,
                width: 1,
                paths: panel.step ? uPlot.paths.stepped({ align: 1 }) : undefined,
                points: { show: false },
                value: (_u, v) => (v == null ? "–" : `${v} ${panel.unit}`.trim()),
              },
            ],
            hooks: { setScale: [(u, key) => key === "x" && !zooming && u.status === 1 && zoom(u.scales.x.min, u.scales.x.max)] },
          },
          readings.data[index],
          holder,
        ),
      );
    });
    const seconds = (input) => {
      const wall = Date.parse((input?.value ?? "") + "Z") / 1e3;
      return Number.isFinite(wall) ? wall - grid.offsetSeconds : NaN;
    };
    box.querySelector("[data-zoom]")?.addEventListener("click", () => {
      const min = seconds(box.querySelector("[data-from]"));
      const max = seconds(box.querySelector("[data-to]"));
      if (min < max) zoom(Math.max(min, full[0]), Math.min(max, full[1]));
    }, { signal });
    box.querySelector("[data-reset]")?.addEventListener("click", () => zoom(...full), { signal });
    const sizes = new ResizeObserver(() => plots.forEach((p) => p.setSize({ width: width(), height: p.height })));
    sizes.observe(host);
    signal.addEventListener("abort", () => (sizes.disconnect(), plots.forEach((p) => p.destroy())));
    const [first, last] = ["from", "to"].map((name) => seconds({ value: asked.get(name) ?? "" }));
    if (first < last) zoom(Math.max(first, full[0]), Math.min(last, full[1]));
    else zoom(...full);
    box.dataset.ready = String(grid.n);
  }

  async function start(box) {
    const host = box.querySelector("[data-hydrograph]");
    box.querySelectorAll("[data-series]").forEach((button) =>
      button.addEventListener("click", () => load(box, host, button.dataset.series)),
    );
    await load(box, host, host.dataset.hydrograph);
  }

  async function load(box, host, url) {
    const readings = new Readings(url, ["values"]);
    try {
      await readings.load();
      draw(box, readings);
    } catch (error) {
      Readings.failed(host, error);
    }
  }
  const begin = () => document.querySelectorAll("[data-hydrograph-box]").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
