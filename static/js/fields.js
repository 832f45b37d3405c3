// What a browser draws in its own language is said here in the page's: the button of a file field, and beside the label
// of a day the day as the registry writes it, year first, whatever order the browser shows. Words: data-* of this
// script's element. Without scripts the browser's own fields stay, and they work.
"use strict";
(() => {
  const WORDS = document.currentScript.dataset;
  let count = 0;

  function file(input) {
    const field = document.createElement("span");
    field.className = input.className.concat(" file-field");
    const face = document.createElement("span");
    face.className = "file-face";
    face.setAttribute("aria-hidden", "true"); // the input under it has its label and says its state itself
    const button = document.createElement("span");
    button.className = "btn btn-sm btn-outline-secondary";
    button.textContent = input.multiple ? WORDS.chooseFiles : WORDS.chooseFile;
    const names = document.createElement("span");
    names.className = "file-names";
    face.append(button, names);
    input.replaceWith(field);
    field.append(input, face);
    return () => {
      names.textContent = Array.from(input.files, (each) => each.name).join(", ") || WORDS.noFile;
    };
  }

  function day(input) {
    const said = document.createElement("span");
    said.className = "day-kept";
    said.id = `day-kept-${(count += 1)}`;
    const label = input.labels[0];
    const beside = label && !label.contains(input) && !label.classList.contains("visually-hidden") ? label : input;
    beside.after(said);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim());
    return () => {
      said.textContent = input.value.replace("T", " ");
    };
  }

  function dress(part) {
    for (const input of part.querySelectorAll("input:is([type=file], [type=date], [type=datetime-local])")) {
      if (input.dataset.dressed) continue;
      input.dataset.dressed = "1";
      const tell = input.type === "file" ? file(input) : day(input);
      for (const event of ["input", "change"]) input.addEventListener(event, tell);
      input.form?.addEventListener("reset", () => setTimeout(tell)); // the field is emptied after the event
      addEventListener("pageshow", tell); // a browser that goes back fills the fields again
      document.addEventListener("fields-filled", tell); // by another script
      tell();
    }
  }

  // Back from a refusal as the browser goes back: to the form with what was typed, not to an empty one.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-back]");
    if (!link || link.href !== document.referrer || history.length < 2) return;
    event.preventDefault();
    history.back();
  });
  // What a choice asks for is opened with it: <select data-opens="id of a details">; the first choice asks for nothing.
  document.addEventListener("change", (event) => {
    const details = document.getElementById(event.target.dataset?.opens ?? "");
    if (details) details.open = event.target.selectedIndex > 0;
  });
  document.addEventListener("DOMContentLoaded", () => dress(document));
  document.addEventListener("htmx:after:swap", () => dress(document));
})();
