// Light or dark: what the reader chose (kept in this browser alone), else what the system asks for. Loaded in the head,
// before anything is drawn. The switch: <button data-theme-switch hidden data-auto="…" data-light="…" data-dark="…">.
"use strict";
(() => {
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const SIGN = { auto: "◐", light: "☀", dark: "☾" };
  const system = matchMedia("(prefers-color-scheme: dark)");
  let kept = null; // for a browser that keeps nothing

  function chosen() {
    try {
      kept = localStorage.getItem("theme") ?? kept;
    } catch {
      // storage is forbidden: the choice lasts as long as the page
    }
    return kept in NEXT ? kept : "auto";
  }

  function apply() {
    const theme = chosen();
    const dark = theme === "dark" || (theme === "auto" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.hidden = false;
      button.textContent = SIGN[theme];
      button.title = button.dataset[theme];
      button.setAttribute("aria-label", button.dataset[theme]);
    }
  }

  function choose(theme) {
    kept = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // see above
    }
    apply();
  }

  apply();
  system.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    for (const button of document.querySelectorAll("[data-theme-switch]"))
      button.addEventListener("click", () => choose(NEXT[chosen()]));
  });
})();
