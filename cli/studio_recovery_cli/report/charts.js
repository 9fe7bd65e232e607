// Charts of what came back.
const MS_OF_A_DAY = DAY * 1000, MOST_POINTS = 2000, FEWEST_DAYS = 14, DAYS_OF_WEEKS = 120;
const place = (key) => DATA.recoveries.columns.indexOf(key);
const [AT, OWNER, OUTCOME, BYTES, MS] = ["at", "owner", "outcome", "bytes", "ms"].map(place);
const ended = DATA.recoveries.rows;
const by_week = DATA.days > DAYS_OF_WEEKS;

function bucket(ms) {
  const date = new Date(ms);
  date.setHours(0, 0, 0, 0);
  if (by_week) date.setDate(date.getDate() - ((date.getDay() + 6) % 7));
  return day(date);
}

function sums(rows, value) {
  const found = new Map();
  for (const row of rows) found.set(bucket(row[AT]), (found.get(bucket(row[AT])) || 0) + value(row));
  const days = [...found.keys()].sort();
  return { x: days, y: days.map((one) => found.get(one)) };
}

function theme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const grid = { gridcolor: colour("line"), zerolinecolor: colour("line"), linecolor: colour("line"), automargin: true };
  const layout = {
    margin: { l: 8, r: 8, t: 8, b: 8 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: colour("ink"), family: "system-ui, sans-serif", size: 12 },
    hoverlabel: { bgcolor: colour("card"), bordercolor: colour("line"), font: { color: colour("ink") } },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("quiet"), activecolor: colour("accent") },
  };
  return { colour, grid, layout };
}

function axisOfDays(grid) {
  const first = ended.reduce((early, row) => Math.min(early, row[AT]), DATA.made_at);
  const from = Math.min(first, DATA.made_at - FEWEST_DAYS * MS_OF_A_DAY);
  const range = [day(new Date(from - MS_OF_A_DAY)), day(new Date(DATA.made_at + MS_OF_A_DAY))];
  return { ...grid, type: "date", range, showgrid: false };
}

const bars = (told) => ({ type: "bar", width: 0.8 * MS_OF_A_DAY * (by_week ? 7 : 1), ...told });

function outcomes({ colour, grid, layout }) {
  const words = WORDS.filter((word) => ended.some((row) => row[OUTCOME] === word));
  const traces = words.map((word) => bars({
    name: word, marker: { color: colour(word) }, hovertemplate: `%{y} ${word}<br>%{x|%Y-%m-%d}<extra></extra>`,
    ...sums(ended.filter((row) => row[OUTCOME] === word), () => 1),
  }));
  const yaxis = { ...grid, rangemode: "tozero", tickformat: ",d", minallowed: 0 };
  return [traces, { ...layout, barmode: "stack", showlegend: true, xaxis: axisOfDays(grid), yaxis }];
}

// Ticks in sizes as they are written elsewhere: plotly's own would say G for 10^9 of anything.
function ticks(highest) {
  const step = 10 ** Math.floor(Math.log10(Math.max(highest, 1)));
  const wide = highest / step >= 5 ? 2 * step : highest / step >= 2 ? step : step / 2;
  return Array.from({ length: Math.floor(highest / wide) + 1 }, (_, at) => at * wide);
}

function volumes({ colour, grid, layout }) {
  const told = sums(ended, (row) => row[BYTES] || 0);
  const tickvals = ticks(Math.max(...told.y, 0));
  const yaxis = { ...grid, tickmode: "array", tickvals, ticktext: tickvals.map(size), rangemode: "tozero" };
  const trace = bars({ ...told, text: told.y.map(size), textposition: "none", marker: { color: colour("accent") }, hovertemplate: "%{text}<br>%{x|%Y-%m-%d}<extra></extra>" });
  return [[trace], { ...layout, showlegend: false, xaxis: axisOfDays(grid), yaxis }];
}

// A copy that found nothing says nothing about how long copies take.
const copies = () => ended.filter((row) => row[MS] && row[BYTES]);

function durations({ colour, grid, layout }) {
  const shown = copies().slice(0, MOST_POINTS);
  const traces = WORDS.filter((word) => shown.some((row) => row[OUTCOME] === word)).map((word) => {
    const some = shown.filter((row) => row[OUTCOME] === word);
    return {
      type: "scatter", mode: "markers", name: word, marker: { color: colour(word), size: 7, opacity: 0.75 },
      x: some.map((row) => row[BYTES]), y: some.map((row) => row[MS] / 1000),
      customdata: some.map((row) => [escaped(row[OWNER]), size(row[BYTES]), duration(row[MS])]),
      hovertemplate: "%{customdata[0]}<br>%{customdata[1]} in %{customdata[2]}<extra></extra>",
    };
  });
  const sizes = [1, 1e3, 1e6, 1e9, 1e12], times = [1, 10, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, DAY, 7 * DAY];
  const xaxis = { ...grid, type: "log", tickvals: sizes, ticktext: ["1 byte", "1 kB", "1 MB", "1 GB", "1 TB"] };
  const yaxis = { ...grid, type: "log", tickvals: times, ticktext: times.map((seconds) => duration(seconds * 1000)) };
  return [traces, { ...layout, showlegend: traces.length > 1, xaxis, yaxis }];
}

// Plotly takes some tags in its texts for markup.
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function describe() {
  const told = WORDS.map((word) => [word, ended.filter((row) => row[OUTCOME] === word).length]).filter(([, count]) => count);
  const times = copies().map((row) => row[MS]).sort((one, two) => one - two);
  const total = ended.reduce((sum, row) => sum + (row[BYTES] || 0), 0);
  const said = {
    outcomes: told.map(([word, count]) => `${number(count)} ${word}`).join(", "),
    volumes: `${size(total)} in all, by ${by_week ? "week" : "day"}`,
    durations: times.length
      ? `half of them within ${duration(times[Math.floor((times.length - 1) / 2)])}, the longest ${duration(times[times.length - 1])}`
      : "no copy was made",
  };
  if (times.length > MOST_POINTS) said.durations += `; the newest ${number(MOST_POINTS)} are shown`;
  for (const [id, text] of Object.entries(said)) {
    const caption = document.getElementById(id).previousElementSibling;
    document.getElementById(id).setAttribute("aria-label", `${caption.textContent}: ${text}. All of them are in the list below.`);
    caption.append(element("span", {}, ` · ${text}`));
  }
}

function draw() {
  const how = { responsive: true, displaylogo: false, modeBarButtons: [["toImage", "resetScale2d"]] };
  const now = theme();
  for (const [id, figure] of Object.entries({ outcomes, volumes, durations })) {
    const [traces, layout] = figure(now);
    Plotly.react(id, traces, layout, how);
  }
}

if (ended.length) {
  document.querySelector(".charts").hidden = false;
  describe();
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
