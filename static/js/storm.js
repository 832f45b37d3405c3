// The storm story: a cursor over five panels that the server drew, a small picture, and scenes that light up.
// Without this script the panels, the scenes and the table stand there whole.

const THIN = "\u202f";
const SECONDS = 24; // of the whole storm when it plays
const PICTURE = { water: 46, drops: 26 };

const root = document.querySelector("[data-storm]");
const data = JSON.parse(document.getElementById("storm-data").textContent);
const find = (name) => root.querySelector(`[data-${name}]`);
const last = data.times.length - 1;
const scenes = [...root.querySelectorAll("[data-scene]")];
const highest = (name) => Math.max(...data.panels[name]);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let at = last;
let playing = false;
let told = -1; // the scene that was spoken last

function grouped(value, decimals) {
  const [whole, fraction] = value.toFixed(decimals).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (fraction ? `.${fraction}` : "");
}

function paint() {
  const slot = Math.round(at);
  for (const panel of root.querySelectorAll("[data-panel]")) {
    const { panel: name, unit } = panel.dataset;
    panel.querySelector("[data-seen]").setAttribute("width", String(at + 1));
    panel.querySelector("[data-cursor]").setAttribute("d", `M${at + 0.5},-4V104`);
    panel.querySelector("[data-value]").textContent = `${grouped(data.panels[name][slot], data.decimals[name])} ${unit}`;
  }
  find("slider").value = String(slot);
  find("slider").setAttribute("aria-valuetext", data.times[slot]);
  find("time").textContent = data.times[slot];
  paintPicture(slot);
  let reached = -1;
  scenes.forEach((scene, i) => {
    if (Number(scene.dataset.scene) <= slot) reached = i;
  });
  scenes.forEach((scene, i) => {
    scene.classList.toggle("reached", i <= reached);
    scene.classList.toggle("now", i === reached && slot < last);
  });
  if (playing && reached !== told && reached >= 0) find("said").textContent = scenes[reached].querySelector("[data-text]").textContent;
  told = reached;
}

function paintPicture(slot) {
  const share = (name) => data.panels[name][slot] / highest(name);
  const heavy = Math.max(...data.panels.rain.slice(Math.max(0, slot - 3), slot + 1)) / highest("rain");
  find("rain").setAttribute("opacity", heavy > 0 ? String(0.45 + 0.55 * heavy) : "0");
  const depth = 8 + PICTURE.water * share("stage") ** 2;
  find("water").setAttribute("y", String(150 - depth));
  find("water").setAttribute("height", String(depth));
  const dots = find("carbon");
  dots.replaceChildren();
  const many = Math.max(1, Math.round(PICTURE.drops * share("flux")));
  for (let i = 0; i < many; i++) {
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    const drift = (i * 83 + slot * 9) % 214;
    dot.setAttribute("cx", String(382 + drift));
    dot.setAttribute("cy", String(150 - depth + 4 + ((i * 37) % Math.max(1, depth - 6))));
    dot.setAttribute("r", "3");
    dots.append(dot);
  }
}

function go(slot) {
  at = Math.min(last, Math.max(0, slot));
  paint();
}

function play(on) {
  playing = on;
  find("play").textContent = on ? find("play").dataset.pauseLabel : find("play").dataset.playLabel;
  if (!on) return;
  if (at >= last) go(0);
  if (calm.matches) stepThroughScenes();
  else requestAnimationFrame(frame);
}

let before = null;
function frame(now) {
  if (!playing) {
    before = null;
    return;
  }
  if (before !== null) go(at + ((now - before) / 1000) * (last / SECONDS));
  before = now;
  if (at >= last) {
    before = null;
    play(false);
    return;
  }
  requestAnimationFrame(frame);
}

function nextScene() {
  const stops = [...new Set(data.scenes)];
  return stops.find((stop) => stop > Math.round(at)) ?? last;
}

// Who asked for less motion sees the scenes as stills.
function stepThroughScenes() {
  if (!playing) return;
  go(nextScene());
  if (at >= last) play(false);
  else setTimeout(stepThroughScenes, 4000);
}

const stop = (action) => () => {
  play(false);
  action();
};
find("controls").hidden = false;
find("play").addEventListener("click", () => play(!playing));
find("back").addEventListener("click", stop(() => go(Math.round(at) - 1)));
find("forward").addEventListener("click", stop(() => go(Math.round(at) + 1)));
find("start").addEventListener("click", stop(() => go(0)));
find("slider").addEventListener("input", stop(() => go(Number(find("slider").value))));
for (const scene of scenes) {
  const button = scene.querySelector("[data-go]");
  button.hidden = false;
  scene.querySelector("[data-plain]").hidden = true;
  button.addEventListener("click", stop(() => go(Number(scene.dataset.scene))));
}
root.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const onButton = event.target.closest("button") !== null;
  if (event.key === " " && !onButton) play(!playing);
  else if (event.key === "ArrowRight") stop(() => go(Math.round(at) + 1))();
  else if (event.key === "ArrowLeft") stop(() => go(Math.round(at) - 1))();
  else if (event.key === "n" || event.key === "N") stop(() => go(nextScene()))();
  else return;
  event.preventDefault();
});
let seenBeforePrint = last;
addEventListener("beforeprint", () => {
  seenBeforePrint = at;
  stop(() => go(last))();
  document.querySelectorAll("details").forEach((each) => (each.open = false));
});
addEventListener("afterprint", () => go(seenBeforePrint));
paint();
root.dataset.ready = "1";
