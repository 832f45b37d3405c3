// The sliders beside the number fields of a what-if, and its ready-made values. Without this the form works as it is.
"use strict";
for (const form of document.querySelectorAll("form[data-what-if]")) {
  const told = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  const sliderOf = (field) => form.querySelector(`[data-slides="${field.id}"]`);
  const put = (field, value) => {
    field.value = value;
    const slider = sliderOf(field);
    if (slider) slider.value = value;
  };
  for (const slider of form.querySelectorAll("[data-slides]")) {
    const field = document.getElementById(slider.dataset.slides);
    const decimals = (field.step.split(".")[1] || "").length;
    slider.hidden = false;
    slider.addEventListener("input", () => { field.value = Number(slider.value).toFixed(decimals); });
    field.addEventListener("input", () => { slider.value = field.value; });
  }
  for (const link of form.querySelectorAll("[data-what-if-set]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const [name, value] = link.dataset.whatIfSet.split("=");
      const field = form.elements[name];
      put(field, value);
      told(field);
    });
  }
  const back = form.querySelector("[data-what-if-back]");
  back.addEventListener("click", (event) => {
    event.preventDefault();
    const fields = [...form.querySelectorAll("[data-published]")];
    for (const field of fields) put(field, field.dataset.published);
    told(fields[0]);
  });
}
