// On paper everything is open, in the colours of the day, and of each list the first thousand lines are there.
addEventListener("beforeprint", () => {
  document.documentElement.dataset.print = "";
  for (const one of document.querySelectorAll("details")) { one.dataset.was = one.open ? "open" : ""; one.open = true; }
  for (const listing of listings) listing.toPaper();
  if (ended.length) draw();
});
addEventListener("afterprint", () => {
  delete document.documentElement.dataset.print;
  for (const one of document.querySelectorAll("details")) one.open = one.dataset.was === "open";
  for (const listing of listings) listing.fromPaper();
  if (ended.length) draw();
});
