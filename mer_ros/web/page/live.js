// The connection: one WebSocket, opened again when it is lost. A picture is confirmed once it is shown.

const parameters = new URLSearchParams(location.search);
if (parameters.has("token")) history.replaceState(null, "", location.pathname); // not into a screenshot
const address = `${location.origin.replace(/^http/, "ws")}/live?${parameters}`;
const RETRY_MS = 1000;
let socket = null;

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
  for (const camera of graph.cameras) cameraOf(camera);
}

function showNotice(notice) {
  document.getElementById("notice").textContent = notice.text;
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
  socket.addEventListener("close", ({ reason }) => {
    say(reason || "The connection to mer watch is lost. This page tries again every second.");
    setTimeout(connect, RETRY_MS);
  });
}

function drawLanes(nowMs) {
  for (const camera of cameras.values()) {
    for (const lane of camera.lanes.values()) lane.draw(nowMs);
  }
  setTimeout(() => requestAnimationFrame(drawLanes), 50);
}

connect();
requestAnimationFrame(drawLanes);
