/* Compares a certificate's file with the registry: its SHA-256 is computed here, the file goes nowhere. */
(() => {
  "use strict";
  const zone = document.getElementById("drop-zone");
  if (!zone) return;
  const input = document.getElementById("local-file");
  const verdict = document.getElementById("local-verdict");
  const shownDigest = document.getElementById("local-digest");

  const say = (kind, text) => {
    verdict.className = `mt-3 mb-0 fw-semibold text-${kind}`;
    verdict.textContent = text;
  };

  const sha256 = async (file) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const ask = async (digest) => {
    const answer = await fetch(zone.dataset.byFile + digest, { headers: { Accept: "application/json" } });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const link = (certificate) => {
    const anchor = document.createElement("a");
    anchor.href = certificate.links.page;
    anchor.textContent = certificate.number;
    anchor.className = "text-nowrap";
    verdict.append(" ", anchor);
  };

  const isPdf = async (file) => (await file.slice(0, 1024).text()).includes("%PDF-");

  const check = async (file) => {
    shownDigest.textContent = "";
    if (!(await isPdf(file))) return say("danger", `✖ ${zone.dataset.notPdf}`);
    if (!window.crypto || !crypto.subtle) return say("danger", zone.dataset.unsupported);
    const digest = await sha256(file);
    shownDigest.textContent = `SHA-256 ${digest}`;
    const expected = zone.dataset.signedSha256;
    if (expected === digest) return say("success", `✔ ${zone.dataset.same}`);
    try {
      const certificate = await ask(digest);
      if (certificate && !expected) {
        if (certificate.in_force) say("success", `✔ ${zone.dataset.same}`);
        else say("danger", `✖ ${zone.dataset.notInForce}`);
        link(certificate);
      } else if (certificate) {
        say("danger", `✖ ${zone.dataset.other}`);
        link(certificate);
      } else {
        say("danger", `✖ ${expected ? zone.dataset.differs : zone.dataset.unknown}`);
      }
    } catch {
      say("danger", zone.dataset.failed);
    }
    return undefined;
  };

  input.addEventListener("change", () => input.files[0] && check(input.files[0]));
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files; // as if it had been chosen: the field shows its name
    input.dispatchEvent(new Event("change"));
  });
})();
