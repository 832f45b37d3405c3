// What a browser says of a field that stops a form is said in the page's language, not in the browser's. Words: data-*
// of this script's element, {n} stands for the field's own limit. Without scripts the browser's own sentences stay.
"use strict";
(() => {
  const WORDS = document.currentScript.dataset;
  const DATES = ["date", "datetime-local", "month", "time", "week"];

  function empty(field) {
    if (field.tagName === "SELECT" || field.type === "radio") return WORDS.choose;
    if (field.type === "checkbox") return WORDS.tick;
    if (field.type === "file") return WORDS.file;
    return WORDS.empty;
  }

  function sentence(field) {
    const state = field.validity;
    const isDate = DATES.includes(field.type);
    const with_ = (words, limit) => words.replace("{n}", `${limit}`.replace("T", " "));
    if (state.badInput) return isDate ? WORDS.day : WORDS.number;
    if (state.valueMissing) return empty(field);
    if (state.typeMismatch) return field.type === "email" ? WORDS.email : WORDS.url;
    if (state.tooShort) return with_(WORDS.short, field.minLength);
    if (state.tooLong) return with_(WORDS.long, field.maxLength);
    if (state.rangeUnderflow) return with_(isDate ? WORDS.early : WORDS.low, field.min);
    if (state.rangeOverflow) return with_(isDate ? WORDS.late : WORDS.high, field.max);
    if (state.stepMismatch) return with_(WORDS.step, field.step || 1);
    if (state.patternMismatch) return field.title || WORDS.pattern;
    return "";
  }

  function silent(field) {
    if (field.dataset?.said === undefined) return;
    delete field.dataset.said;
    field.setCustomValidity("");
  }

  // The event does not bubble, so it is met on its way down; the bubble is drawn after it.
  document.addEventListener(
    "invalid",
    (event) => {
      const field = event.target;
      silent(field);
      if (field.validity.customError) return; // another script's own sentence
      const said = sentence(field);
      if (!said) return;
      field.setCustomValidity(said);
      field.dataset.said = "";
    },
    true,
  );
  // A sentence goes with its reason: as the field changes, and before the form is asked again, whoever filled it.
  for (const event of ["input", "change"]) document.addEventListener(event, ({ target }) => silent(target), true);
  document.addEventListener(
    "click",
    ({ target }) => {
      for (const field of target.closest?.("button, input[type=submit]")?.form?.elements ?? []) silent(field);
    },
    true,
  );
})();
