"use strict";
// Everything that was in the ledger is data: it reaches the page as text only, never as HTML.
const DATA = JSON.parse(document.getElementById("data").textContent);
const WORDS = ["SUCCEEDED", "PARTIAL", "FAILED", "BLOCKED", "SKIPPED", "SUPERSEDED"];
const NOTHING = "–";
const MINUTE = 60, HOUR = 3600, DAY = 86400;

const number = (count) => count.toLocaleString("en-US");

function size(count) {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let place = 0;
  while (count >= 1000 && place < units.length - 1) { count /= 1000; place += 1; }
  return place ? `${count.toFixed(1)} ${units[place]}` : `${count} ${units[0]}`;
}

function duration(ms) {
  const two = (whole, large, largeName, small, smallName) => {
    const rest = Math.floor((whole % large) / small);
    return `${Math.floor(whole / large)} ${largeName}${rest ? ` ${rest} ${smallName}` : ""}`;
  };
  const whole = Math.round(ms / 1000);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return two(whole, MINUTE, "min", 1, "s");
  if (whole < DAY) return two(whole, HOUR, "h", MINUTE, "min");
  return two(whole, DAY, "d", HOUR, "h");
}

const pad = (part) => String(part).padStart(2, "0");
const day = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

function moment(ms) {
  const date = new Date(ms);
  return `${day(date)} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

for (const time of document.querySelectorAll("time")) time.textContent = moment(Date.parse(time.dateTime));

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function badge(word) {
  const made = element("span", { class: "badge" }, word);
  made.style.setProperty("--kind", `var(--${WORDS.includes(word) ? word : word.split(" ")[0]}, var(--quiet))`);
  return made;
}
