// Movements of faces over the last seconds, one lane for each face.

const LANE_S = 10;
// Time without news until a picture, a lane and a node are marked as old, and a lane and a notice are removed.
const LIMITS = { pictureMs: 2000, laneMs: 2000, nodeMs: 3000, laneGoneMs: 15000, noticeMs: 20000 };
const SPOKEN_MS = 2000; // between two descriptions for screen readers

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text; // a screen reader may speak what is written again
}

class Lane {
  constructor(faceId) {
    this.faceId = faceId;
    this.samples = []; // [time, s; motion]
    this.marks = []; // {id, from, to, label}, s
    this.weakest = 0;
    this.seenMs = performance.now();
    this.describedMs = -SPOKEN_MS;
    this.reason = element("span", { class: "reason" });
    this.canvas = element("canvas", { role: "img", "aria-label": `Movement of ${faceId}` });
    this.scale = element("span");
    const caption = element("figcaption", {}, `${faceId}, last ${LANE_S} s`, this.scale, " ", this.reason);
    this.figure = element("figure", { class: "lane" }, caption, this.canvas);
  }

  add(timeS, motion, quality) {
    if (this.samples.length && timeS < this.samples[this.samples.length - 1][0]) this.samples = [];
    this.seenMs = performance.now();
    this.samples.push([timeS, motion]);
    while (this.samples[0][0] < timeS - LANE_S) this.samples.shift();
    this.scale.textContent = this.weakest ? "; dashed: weakest detectable movement" : "";
    this.reason.textContent = quality ? `not analysed: ${quality}` : "";
  }

  mark(id, from, to, label) {
    this.marks = this.marks.filter((mark) => mark.id !== id);
    if (label) this.marks.push({ id, from, to, label });
    this.marks = this.marks.slice(-16);
  }

  draw(nowMs) {
    const ageMs = nowMs - this.seenMs;
    if (ageMs > LIMITS.laneMs) setText(this.reason, `no data for ${Math.floor(ageMs / 1000)} s`);
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    if (!width || !this.samples.length) return;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const now = this.samples[this.samples.length - 1][0];
    const most = Math.max(4 * this.weakest, ...this.samples.map((sample) => sample[1]), 1e-3);
    const x = (timeS) => width * (1 - (now - timeS) / LANE_S);
    const y = (motion) => height - 3 - (height - 22) * (motion / most);
    this.drawMarks(pen, x, width, height);
    if (this.weakest) {
      pen.strokeStyle = colour("--muted");
      pen.setLineDash([3, 4]);
      pen.beginPath();
      pen.moveTo(0, y(this.weakest));
      pen.lineTo(width, y(this.weakest));
      pen.stroke();
      pen.setLineDash([]);
    }
    pen.strokeStyle = colour("--s0");
    pen.lineWidth = 2;
    pen.beginPath();
    for (const [timeS, motion] of this.samples) pen.lineTo(x(timeS), y(motion));
    pen.stroke();
    if (nowMs - this.describedMs > SPOKEN_MS) this.describe(nowMs);
  }

  drawMarks(pen, x, width, height) {
    pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    let free = width - 2; // labels are written from right to left, none over another
    for (const mark of [...this.marks].sort((a, b) => b.from - a.from)) {
      const [left, right] = [x(mark.from), x(mark.to)];
      if (right < 0) continue;
      const at = Math.min(Math.max(left, 2), free - pen.measureText(mark.label).width);
      free = at - 6;
      pen.fillStyle = colour("--line");
      pen.fillRect(left, 18, Math.max(right - left, 2), height - 18);
      pen.fillStyle = colour("--text");
      pen.fillText(mark.label, at, 13);
    }
  }

  describe(nowMs) {
    this.describedMs = nowMs;
    const old = nowMs - this.seenMs > LIMITS.laneMs;
    const motion = this.samples[this.samples.length - 1][1];
    const times = this.weakest ? `, ${(motion / this.weakest).toFixed(1)} times the weakest detectable movement` : "";
    this.canvas.setAttribute(
      "aria-label",
      `Movement of ${this.faceId} over ${LANE_S} seconds: ${old ? "last" : "now"} ${(100 * motion).toFixed(2)} % of the distance of its eyes${times}`,
    );
  }
}
