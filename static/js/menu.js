// What opens in the head of every page: the whole menu on a narrow screen, and the list behind "More".
// Classes and look are Bootstrap's; of its script, 24 KB packed, these two were all that the site used. Markup:
//   <button data-unfolds="ID" aria-expanded="false"> and the .collapse with that id;
//   <button data-drops aria-expanded="false"> directly followed by its .dropdown-menu.
"use strict";
(() => {
  const put = (button, part, open) => {
    part.classList.toggle("show", open);
    button.classList.toggle("show", open);
    button.setAttribute("aria-expanded", String(open));
  };
  const isOpen = (button) => button.getAttribute("aria-expanded") === "true";
  const listOf = (button) => button.nextElementSibling;
  const dropping = () => document.querySelectorAll("[data-drops]");

  document.addEventListener("click", (event) => {
    const folding = event.target.closest("[data-unfolds]");
    if (folding) put(folding, document.getElementById(folding.dataset.unfolds), !isOpen(folding));
    const pressed = event.target.closest("[data-drops]");
    for (const button of dropping()) put(button, listOf(button), button === pressed && !isOpen(button));
  });

  document.addEventListener("focusin", (event) => {
    for (const button of dropping())
      if (isOpen(button) && !button.parentElement.contains(event.target)) put(button, listOf(button), false);
  });

  document.addEventListener("keydown", (event) => {
    const button = event.target.closest(".dropdown")?.querySelector("[data-drops]");
    if (!button) return;
    if (event.key === "Escape" && isOpen(button)) {
      put(button, listOf(button), false);
      button.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      put(button, listOf(button), true);
      const links = [...listOf(button).querySelectorAll("a")];
      const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      links[Math.min(Math.max(next, 0), links.length - 1)].focus();
    }
  });
})();
