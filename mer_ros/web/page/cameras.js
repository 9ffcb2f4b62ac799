// Cameras: picture, switch, fitness and lanes of each tracker, and the table of all nodes.

const cameras = new Map(); // by name of the tracker
const LEVELS = ["OK", "WARN", "ERROR", "STALE"];
const SHOWN_VALUES = ["topic", "camera_rate_hz", "jitter_ms", "lost_by_stamp", "median_frame_age_ms", "judged"];
const nodeRows = new Map();

// Cameras appear and vanish with the state of the graph only: what arrives late of one that is gone is ignored.
function showCameras(names) {
  for (const [name, camera] of cameras) {
    if (names.includes(name)) continue;
    camera.box.remove();
    cameras.delete(name);
  }
  names.forEach(cameraOf);
  document.getElementById("no-camera").hidden = cameras.size > 0;
}

function cameraOf(name) {
  let camera = cameras.get(name);
  if (!camera) {
    camera = { name, lanes: new Map(), source: "", picturesSince: performance.now(), pictures: 0 };
    camera.pictureMs = Infinity; // when the last picture came
    camera.title = element("h3", { text: name });
    camera.canvas = element("canvas", { role: "img", "aria-label": `Picture of ${name}`, width: 640, height: 480 });
    camera.rate = element("figcaption", { text: "No picture yet." });
    camera.fitness = element("p", { class: "fitness" });
    camera.button = element("button", { type: "button", role: "switch", "aria-checked": "false", disabled: "" });
    camera.button.textContent = "Face processing: unknown";
    camera.button.addEventListener("click", () => {
      const on = camera.button.getAttribute("aria-checked") !== "true";
      showNotice({ text: "" }); // that of an earlier attempt
      send({ kind: "enable", camera: name, on });
    });
    camera.laneBox = element("div", { class: "lanes" });
    camera.view = element("figure", { class: "view" }, camera.canvas, camera.rate);
    camera.box = element(
      "article",
      { class: "camera", "aria-label": name },
      camera.title,
      element("p", {}, camera.button),
      camera.fitness,
      element("div", { class: "row" }, camera.view, camera.laneBox),
    );
    document.getElementById("cameras").append(camera.box);
    cameras.set(name, camera);
  }
  return camera;
}

function showMovement(message) {
  const camera = cameras.get(message.camera);
  if (!camera) return;
  camera.source = message.source;
  camera.timeS = message.time_s;
  for (const [id, [motion, quality]] of Object.entries(message.faces)) {
    if (!camera.lanes.has(id)) {
      camera.lanes.set(id, new Lane(id));
      camera.laneBox.append(camera.lanes.get(id).figure);
    }
    const lane = camera.lanes.get(id);
    lane.weakest = camera.lanes.size === 1 ? camera.weakest || 0 : 0; // the diagnostics are about the largest face
    lane.add(message.time_s, motion, quality);
  }
}

function showAge(camera, nowMs) {
  for (const [id, lane] of camera.lanes) {
    if (nowMs - lane.seenMs > LIMITS.laneGoneMs) {
      lane.figure.remove();
      camera.lanes.delete(id);
    }
  }
  const ageMs = nowMs - camera.pictureMs;
  const old = ageMs > LIMITS.pictureMs;
  camera.view.classList.toggle("old", old);
  if (!old) return;
  setText(camera.rate, `No picture for ${Math.floor(ageMs / 1000)} s.`);
  const words = `Picture of ${camera.title.textContent}, which is no longer current`;
  if (camera.canvas.getAttribute("aria-label") !== words) camera.canvas.setAttribute("aria-label", words);
  [camera.pictures, camera.picturesSince] = [0, nowMs];
}

function markLanes(event) {
  for (const camera of cameras.values()) {
    const lane = camera.lanes.get(event.face_id);
    if (lane && camera.source === event.source) {
      lane.mark(event.event_id, event.onset_s, event.offset_s, event.withdrawn ? "" : event.label);
    }
  }
}

async function showPicture(header, blob) {
  const camera = cameras.get(header.camera);
  if (!camera) return;
  const bitmap = await createImageBitmap(blob);
  if (camera.canvas.width !== bitmap.width || camera.canvas.height !== bitmap.height) {
    [camera.canvas.width, camera.canvas.height] = [bitmap.width, bitmap.height];
  }
  camera.canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  camera.pictures += 1;
  camera.pictureMs = performance.now();
  if (camera.view.classList.contains("old")) setText(camera.rate, "Pictures arrive again.");
  const faces = [...camera.lanes.keys()].join(", ");
  const words = `Picture of ${camera.title.textContent} with ${faces || "no face"}`;
  if (camera.canvas.getAttribute("aria-label") !== words) camera.canvas.setAttribute("aria-label", words);
  const sinceMs = performance.now() - camera.picturesSince;
  if (sinceMs < 1000) return;
  const delay = header.delay_ms >= 0 && header.delay_ms < 10000 ? `, ${Math.round(header.delay_ms)} ms after the camera` : "";
  camera.rate.textContent = `${((1000 * camera.pictures) / sinceMs).toFixed(1)} pictures per second${delay}`;
  [camera.pictures, camera.picturesSince] = [0, performance.now()];
}

function showNode(node) {
  let row = nodeRows.get(node.node);
  if (!row) {
    row = { level: element("td"), message: element("td", { class: "message" }), values: element("pre", { tabindex: "0" }) };
    row.item = element("tr", {}, element("th", { scope: "row", text: node.node }), row.level, row.message);
    const details = element("details", {}, element("summary", { text: `All values of ${node.node}` }), row.values);
    document.getElementById("nodes").append(row.item);
    document.getElementById("values").append(details);
    nodeRows.set(node.node, row);
  }
  row.seenMs = performance.now() - (node.age_ms || 0); // an age: this page was opened after the state came
  row.level.textContent = LEVELS[node.level] || String(node.level);
  row.level.className = `level level-${node.level}`;
  const some = SHOWN_VALUES.filter((key) => node.values[key]);
  const facts = some.map((key) => (key === "judged" ? node.values[key] : `${key} ${node.values[key]}`));
  row.message.textContent = [node.message.replace(/\.$/, ""), ...facts].filter(Boolean).join("; ");
  row.values.textContent = Object.entries(node.values).map(([key, value]) => `${key}: ${value}`).join("\n");
  if (cameras.has(node.node)) showTracker(cameras.get(node.node), node);
  showStaleNodes(performance.now());
}

function showStaleNodes(nowMs) {
  for (const row of nodeRows.values()) {
    const ageMs = nowMs - row.seenMs;
    if (ageMs <= LIMITS.nodeMs) continue;
    setText(row.level, "STALE");
    row.level.className = "level level-3";
    setText(row.message, `no diagnostics for ${Math.floor(ageMs / 1000)} s`);
  }
}

function showTracker(camera, node) {
  if (node.values.source) camera.title.textContent = `Camera ${node.values.source}`;
  camera.box.setAttribute("aria-label", camera.title.textContent);
  camera.fitness.textContent = node.values.camera_fitness || node.message;
  camera.weakest = Number(node.values.weakest_motion) || 0;
  const known = node.values.enabled === "true" || node.values.enabled === "false";
  camera.button.disabled = !known;
  camera.button.setAttribute("aria-checked", node.values.enabled === "true");
  camera.button.textContent = `Face processing: ${known ? (node.values.enabled === "true" ? "on" : "off") : "unknown"}`;
}
