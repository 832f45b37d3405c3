// The readings behind stacked panels, in as much detail as the screen can show: first the whole span by its lowest and
// highest reading per column of pixels, then every reading of the part that somebody looks at closer.
// The address answers {t0, dt, n, start, panels: [{at, ...lists}]}; with ?from=&to= (epoch seconds) of that span alone.
//   A list has one value per slot from "start" on, null is a gap; where "at" stands, only of slots so many steps apart.
"use strict";
const Readings = (() => {
  /** [times, ...lists] of one panel; a list that the panel lacks is the first one. */
  function columns(grid, panel, lists) {
    let slot = grid.start ?? 0;
    const steps = panel.at;
    const t = Float64Array.from(panel[lists[0]], (_, i) => grid.t0 + grid.dt * (steps ? (slot += steps[i]) : slot + i));
    return [t, ...lists.map((name) => panel[name] ?? panel[lists[0]])];
  }

  /** Those of the whole, with those of a span in the place of their own. */
  function joined(whole, part) {
    const [from, to] = [part[0][0], part[0][part[0].length - 1]];
    const before = whole[0].findIndex((t) => t >= from);
    const after = whole[0].findLastIndex((t) => t <= to) + 1;
    return whole.map((list, i) => {
      const pieces = [list.slice(0, before < 0 ? list.length : before), part[i], list.slice(after)];
      return i ? [].concat(...pieces) : Float64Array.from([].concat(...pieces.map((piece) => [...piece])));
    });
  }

  return class {
    /** @param {string} url @param {string[]} lists names of the lists of a panel, the measured one first */
    constructor(url, lists) {
      this.url = url;
      this.lists = lists;
    }

    async load() {
      this.grid = await this.#ask();
      this.whole = this.#columns(this.grid);
      this.data = this.whole;
      this.near = null;
      return this.grid;
    }

    /** Say in the plots' place, or above them where they stand, that readings did not come. */
    static failed(host, error) {
      const said = Object.assign(document.createElement("p"), { className: "small text-danger mb-1" });
      said.setAttribute("role", "alert");
      said.textContent = `${host.dataset.failed} (${error.message})`;
      if (!host.querySelector(".u-wrap")) host.replaceChildren();
      host.querySelector(":scope > [role=alert]")?.remove();
      host.prepend(said);
    }

    get isThinned() {
      return this.grid.panels.some((panel) => panel.at);
    }

    /** Get what a screen from min to max (epoch seconds) shows; true where `data` became another. */
    async look(min, max) {
      this.asking?.abort();
      if (!this.isThinned) return false;
      if (this.near && this.near.every && min >= this.near.min && max <= this.near.max) return false;
      const { t0, dt, n } = this.grid;
      if (min <= t0 && max >= t0 + (n - 1) * dt) {
        const changed = this.data !== this.whole;
        this.data = this.whole;
        this.near = null;
        return changed;
      }
      this.asking = new AbortController();
      try {
        const part = await this.#ask({ from: Math.floor(min), to: Math.ceil(max) }, this.asking.signal);
        this.near = { min, max, every: part.panels.every((panel) => !panel.at) };
        this.data = this.#columns(part).map((near, i) => (near[0].length ? joined(this.whole[i], near) : this.whole[i]));
        return true;
      } catch (error) {
        if (error.name === "AbortError") return false; // somebody looks elsewhere by now
        throw error;
      }
    }

    #columns(grid) {
      return grid.panels.map((panel) => columns(grid, panel, this.lists));
    }

    async #ask(span, signal) {
      const url = new URL(this.url, location.href);
      for (const [name, value] of Object.entries(span ?? {})) url.searchParams.set(name, value);
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal });
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    }
  };
})();
