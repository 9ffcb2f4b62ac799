// The connection: one WebSocket, opened again when it is lost. A picture is confirmed once it is shown.

const address = `${location.origin.replace(/^http/, "ws")}/live?token=${encodeURIComponent(keptToken())}`;
const RETRY_MS = 1000;
const NOT_ALLOWED = 1008; // close code of a wrong token: no attempt will succeed
let socket = null;

// The token leaves the address bar, so that no screenshot shows it; this tab keeps it until it is closed.
function keptToken() {
  const given = new URLSearchParams(location.search).get("token") || "";
  try {
    if (!given) return sessionStorage.getItem("token") || "";
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
  } catch {
    // The browser stores nothing: the token stays in the address.
  }
  return given;
}

function send(message) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function say(sentence) {
  const line = document.getElementById("connection");
  if (line.textContent !== sentence) line.textContent = sentence;
}

function showGraph(graph) {
  const name = graph.namespace || "/";
  const n = graph.cameras.length;
  say(
    n
      ? `Connected to the graph ${name}: ${n} ${n === 1 ? "camera" : "cameras"}.`
      : `No graph runs in ${name}. This page shows it as soon as one is started, for example with mer up.`,
  );
  showCameras(graph.cameras);
}

let noticeMs = 0; // when the last notice came

function showNotice(notice) {
  document.getElementById("notice").textContent = notice.text;
  noticeMs = performance.now();
}

const SHOW = { graph: showGraph, node: showNode, event: showEvent, movement: showMovement, notice: showNotice };

async function receivePicture(buffer) {
  const size = new DataView(buffer).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const blob = new Blob([new Uint8Array(buffer, 4 + size)], { type: "image/jpeg" });
  await (header.kind === "overlay" ? showOverlay : showPicture)(header, blob);
}

async function shown() {
  // A hidden page confirms when it is visible again: until then it gets no pictures.
  while (document.hidden) {
    await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
  }
  send({ kind: "shown" });
}

function connect() {
  socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => say("Connected. Looking for a graph."));
  socket.addEventListener("message", async ({ data }) => {
    if (typeof data === "string") {
      const message = JSON.parse(data);
      SHOW[message.kind](message);
      return;
    }
    try {
      await receivePicture(data);
    } finally {
      await shown();
    }
  });
  socket.addEventListener("close", ({ code, reason }) => {
    say(reason || "The connection to mer watch is lost. This page tries again every second.");
    if (code !== NOT_ALLOWED) setTimeout(connect, RETRY_MS);
  });
}

function draw(nowMs) {
  for (const camera of cameras.values()) {
    showAge(camera, nowMs);
    for (const lane of camera.lanes.values()) lane.draw(nowMs);
  }
  showStaleNodes(nowMs);
  if (nowMs - noticeMs > LIMITS.noticeMs) setText(document.getElementById("notice"), "");
  setTimeout(() => requestAnimationFrame(draw), 50);
}

connect();
requestAnimationFrame(draw);
