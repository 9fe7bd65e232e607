// Lists that sort and filter.
const SHOWN = {
  text: (value) => value,
  badge: (value) => badge(value),
  number: (value) => number(value),
  size: (value) => size(value),
  duration: (value) => duration(value),
  way: (value, row) => element("span", {}, value, element("br"), `→ ${row[DATA.recoveries.columns.indexOf("to")]}`),
  time: (value) => element("time", { datetime: new Date(value).toISOString() }, moment(value)),
};
const ON_PAPER = 1000;
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

// columns: {key, title, as, kind: class of its cells}. `status` is the key of the column whose words are filtered by,
// `many` how many lines are shown at once: a browser would take seconds to show ten thousand.
class Listing {
  constructor(root, { columns: keys, rows }, { columns, status, many }) {
    this.root = root;
    this.many = many;
    this.columns = columns.map((column) => ({ ...column, place: keys.indexOf(column.key) }));
    this.rows = rows;
    this.haystacks = rows.map((row) => row.filter((cell) => typeof cell === "string").join("\n").toLowerCase());
    this.status = keys.indexOf(status);
    this.sorted = { place: -1, up: true };
    this.order = rows.map((_, at) => at);
    this.page = 0;
    this.build();
    this.find();
  }

  build() {
    const noun = this.root.dataset.noun;
    this.search = element("input", { type: "search", spellcheck: "false", autocomplete: "off" });
    this.search.addEventListener("input", () => this.find());
    this.boxes = this.statusBoxes();
    const choices = element("fieldset", {}, element("legend", {}, "Show only"), ...this.boxes.map((box) => box.parentNode));
    this.head = element("tr");
    for (const column of this.columns) {
      const button = element("button", { type: "button" }, column.title);
      button.addEventListener("click", () => this.sortBy(column));
      column.th = element("th", { scope: "col", "aria-sort": "none", class: column.kind || "" }, button);
      this.head.append(column.th);
    }
    this.body = element("tbody");
    const table = element("table", {}, element("thead", {}, this.head), this.body);
    this.told = element("span", { role: "status" });
    this.back = element("button", { type: "button" }, "Back");
    this.on = element("button", { type: "button" }, "Next");
    this.back.addEventListener("click", () => this.turn(-1));
    this.on.addEventListener("click", () => this.turn(1));
    this.root.append(
      element("div", { class: "controls" }, element("label", { class: "text" }, `Filter ${noun} by any word`, this.search), choices),
      element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": noun }, table),
      element("div", { class: "pages" }, this.told, this.back, this.on),
    );
  }

  statusBoxes() {
    const counts = new Map();
    for (const row of this.rows) counts.set(row[this.status], (counts.get(row[this.status]) || 0) + 1);
    return [...counts.keys()].sort().map((word) => {
      const box = element("input", { type: "checkbox", value: word });
      box.addEventListener("change", () => this.find());
      const label = element("label", {}, box, `${word} ${number(counts.get(word))}`);
      label.style.setProperty("--kind", `var(--${word}, var(--accent))`);
      return box;
    });
  }

  find() {
    const wanted = new Set(this.boxes.filter((box) => box.checked).map((box) => box.value));
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = this.order.filter(
      (at) => (!wanted.size || wanted.has(this.rows[at][this.status])) && words.every((word) => this.haystacks[at].includes(word)),
    );
    this.page = 0;
    this.show();
  }

  // Where nothing is known stands last, whichever way it is sorted.
  sortBy(column) {
    const { place } = column;
    const up = this.sorted.place === place ? !this.sorted.up : column.first !== "descending";
    const compared = (one, two) => (typeof one === "string" ? collator.compare(one, two) : one - two);
    this.order.sort((first, second) => {
      const one = this.rows[first][place] ?? null, two = this.rows[second][place] ?? null;
      if (one === null || two === null) return (one === null) - (two === null) || first - second;
      return (up ? compared(one, two) : compared(two, one)) || first - second;
    });
    this.sorted = { place, up };
    for (const other of this.columns) {
      other.th.setAttribute("aria-sort", other === column ? (up ? "ascending" : "descending") : "none");
    }
    this.find();
  }

  turn(by) {
    this.page += by;
    this.show();
    this.root.querySelector(".scroll").scrollIntoView({ block: "nearest" });
  }

  show(many = this.many) {
    const first = this.page * this.many, some = this.found.slice(first, first + many), all = this.found.length;
    this.body.replaceChildren(...some.map((at) => this.line(this.rows[at])));
    const filtered = all < this.rows.length ? ` (of ${number(this.rows.length)})` : "";
    this.told.textContent = all
      ? `${number(first + 1)} to ${number(first + some.length)} of ${number(all)} ${this.root.dataset.noun}${filtered}`
      : `No ${this.root.dataset.noun} like that${filtered}`;
    this.back.disabled = this.page === 0;
    this.on.disabled = first + some.length >= all;
    this.back.hidden = this.on.hidden = all <= this.many;
  }

  line(row) {
    return element("tr", {}, ...this.columns.map((column) => {
      const value = row[column.place] ?? null;
      const shown = value === null ? NOTHING : SHOWN[column.as || "text"](value, row);
      return column.head
        ? element("th", { scope: "row", class: column.kind || "" }, shown)
        : element("td", { class: column.kind || "" }, shown);
    }));
  }

  toPaper() {
    this.kept = this.page;
    this.page = 0;
    this.show(ON_PAPER);
  }

  fromPaper() {
    this.page = this.kept;
    this.show();
  }
}

const listings = [];

function list(id, told, how) {
  const root = document.getElementById(id);
  root.tabIndex = -1;
  if (told.rows.length) listings.push(new Listing(root, told, how));
  else root.remove();
}

list("owners", DATA.owners, { status: "status", many: 50, columns: [
  { key: "owner", title: "Owner", head: true, kind: "owner" },
  { key: "status", title: "Status", as: "badge" },
  { key: "protected", title: "Protected" },
  { key: "why", title: "Why", kind: "words" },
  { key: "outcome", title: "Last recovery", as: "badge" },
  { key: "at", title: "When", as: "time", kind: "time", first: "descending" },
  { key: "bytes", title: "Copied", as: "size", kind: "number", first: "descending" },
  { key: "waiting", title: "Waiting", as: "number", kind: "number", first: "descending" },
  { key: "home", title: "Home", kind: "home" },
] });

list("recoveries", DATA.recoveries, { status: "outcome", many: 25, columns: [
  { key: "at", title: "When", as: "time", kind: "time", first: "descending" },
  { key: "owner", title: "Owner", head: true, kind: "owner" },
  { key: "outcome", title: "Ended", as: "badge" },
  { key: "files", title: "Files", as: "number", kind: "number", first: "descending" },
  { key: "bytes", title: "Copied", as: "size", kind: "number", first: "descending" },
  { key: "ms", title: "Took", as: "duration", kind: "number", first: "descending" },
  { key: "from", title: "From, to", as: "way", kind: "home" },
  { key: "why", title: "Why", kind: "words" },
] });
