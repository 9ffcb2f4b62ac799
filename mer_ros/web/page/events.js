// Events, the newest first: label, numbers, sentence, overlay. A hidden line speaks each final event once.

const MOST_EVENTS = 50;
const rows = new Map(); // by event id
const spoken = new Set();

function percent(share) {
  return `${Math.round(100 * share)} %`;
}

function eventRow(id) {
  let row = rows.get(id);
  if (!row) {
    row = { picture: null, url: "" };
    row.label = element("span", { class: "label" });
    row.facts = element("span", { class: "aside" });
    row.numbers = element("p");
    row.text = element("p");
    row.warning = element("p", { class: "warning" });
    row.words = element("div", { class: "words" }, element("h3", {}, row.label, " ", row.facts), row.numbers, row.text, row.warning);
    row.item = element("li", {}, row.words);
    rows.set(id, row);
    document.getElementById("events").prepend(row.item);
    document.getElementById("no-event").hidden = true;
    for (const oldest of [...rows.keys()].slice(0, -MOST_EVENTS)) removeEvent(oldest);
  }
  return row;
}

function removeEvent(id) {
  const row = rows.get(id);
  row.item.remove();
  if (row.url) URL.revokeObjectURL(row.url);
  rows.delete(id);
}

function showEvent(event) {
  if (!event.label) return; // the explanation has come first
  const row = eventRow(event.event_id);
  row.item.classList.toggle("unknown", event.label === "unknown");
  row.label.textContent = event.withdrawn ? "withdrawn" : event.label;
  const at = new Date(event.published_ms).toLocaleTimeString();
  const state = event.provisional ? ", provisional" : "";
  row.facts.textContent = `${event.movement}, ${event.duration_ms} ms, ${event.face_id}, ${at}${state}`;
  row.numbers.textContent = event.withdrawn ? "It was the beginning of speech." : numbersOf(event);
  const missing = event.before_page ? "This event is older than the page: its explanation is not kept." : "";
  row.text.textContent = event.text || missing;
  row.text.lang = (event.text && event.language) || "en";
  row.warning.textContent = event.map_warning ? `The heat map is ${event.map_warning}: do not rely on it.` : "";
  markLanes(event);
  if (event.provisional || event.withdrawn || spoken.has(event.event_id)) return;
  spoken.add(event.event_id);
  document.getElementById("spoken").textContent =
    `${event.face_id}: ${event.label}, ${event.reason || percent(event.confidence)}.`;
}

function numbersOf(event) {
  const parts = [`confidence ${percent(event.confidence)}`];
  if (event.distance !== null) {
    const limit = event.limit !== null ? `, limit ${event.limit.toFixed(1)}` : "";
    parts.push(`distance ${event.distance.toFixed(1)}${limit}`);
  }
  if (event.reason) parts.push(event.reason);
  return parts.join("; ");
}

async function showOverlay(header, blob) {
  const row = rows.get(header.event_id);
  if (!row) return;
  const url = URL.createObjectURL(blob);
  if (!row.picture) {
    row.picture = element("img", {});
    row.item.append(row.picture);
  }
  row.picture.alt = `Overlay of ${row.label.textContent}: the face under the heat map, and the measured movement. ${row.text.textContent}`;
  row.picture.src = url;
  if (row.url) URL.revokeObjectURL(row.url);
  row.url = url;
  await row.picture.decode();
}
