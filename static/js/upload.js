// A long file shows how far it has come. Markup: form[data-upload] with data-sending, data-reading, data-broken (texts)
// and inside it [data-upload-progress] with a .progress-bar and [data-upload-said]. Without scripts the form posts itself.
"use strict";
(() => {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const box = form.querySelector("[data-upload-progress]");
    const track = box.querySelector("[role=progressbar]");
    const bar = box.querySelector("rect");
    const said = box.querySelector("[data-upload-said]");
    const show = (percent, text) => {
      track.setAttribute("aria-valuenow", percent);
      bar.setAttribute("width", percent);
      said.textContent = text;
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter;
      const request = new XMLHttpRequest();
      request.open("POST", (button && button.getAttribute("formaction")) || form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (step) => {
        if (step.lengthComputable) {
          const percent = Math.floor((100 * step.loaded) / step.total);
          show(percent, `${form.dataset.sending} ${percent} %`);
        }
      });
      request.upload.addEventListener("load", () => show(100, form.dataset.reading));
      request.addEventListener("error", () => {
        for (const one of form.querySelectorAll("button")) one.disabled = false;
        show(0, form.dataset.broken);
      });
      request.addEventListener("load", () => {
        const isAnswer = (request.getResponseHeader("Content-Type") || "").startsWith("application/json");
        if (isAnswer) {
          location.assign(JSON.parse(request.responseText).location);
          return;
        }
        document.open();
        document.write(request.responseText); // the page that says why the file was not taken
        document.close();
      });
      const data = new FormData(form);
      box.hidden = false;
      show(0, form.dataset.sending);
      for (const one of form.querySelectorAll("button")) one.disabled = true;
      request.send(data);
    });
  }
})();
