// What is wider than its place can be scrolled by keys too: it gets a tab stop while it is, and the name of its heading.
"use strict";
(() => {
  const BOXES = ".table-responsive, .figure-table";
  const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

  function nameOf(box) {
    const heading = box.closest("section, details, article, .card")?.querySelector(".card-header, h1, h2, h3, summary");
    return (heading ?? document.querySelector("h1"))?.textContent.trim().slice(0, 100) ?? document.title;
  }

  function see(box) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (!scrolls || box.querySelector(REACHABLE)) {
      if (box.dataset.scrolled) box.removeAttribute("tabindex");
      return;
    }
    if (box.hasAttribute("tabindex")) return;
    box.tabIndex = 0;
    box.dataset.scrolled = "1";
    if (!box.hasAttribute("role")) box.setAttribute("role", "region");
    if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", nameOf(box));
  }

  const watch = new ResizeObserver((entries) => entries.forEach((entry) => see(entry.target)));
  const seek = (part) => part.querySelectorAll(BOXES).forEach((box) => watch.observe(box));
  document.addEventListener("DOMContentLoaded", () => seek(document));
  document.addEventListener("htmx:after:swap", () => seek(document));
})();
