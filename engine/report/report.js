(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const form = one("filter"), query = one("q"), state = one("state"), fold = one("fold");
  const groups = all(".finding").map((card) => ({
    card,
    severity: card.dataset.severity,
    text: (card.querySelector("summary").textContent + " " + card.querySelector(".advice").textContent).toLowerCase(),
    places: all(".places>li", card).map((item) => ({ item, state: item.dataset.state, text: item.textContent.toLowerCase() })),
  }));
  const apply = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(all("input:checked", form).map((box) => box.value));
    let shown = 0, total = 0;
    for (const group of groups) {
      let here = 0;
      for (const place of group.places) {
        const fits = severities.has(group.severity) && (!state || !state.value || state.value === place.state) &&
          words.every((word) => place.text.includes(word) || group.text.includes(word));
        place.item.hidden = !fits;
        here += fits;
        total++;
      }
      group.card.hidden = here === 0;
      shown += here;
    }
    one("shown").textContent = shown === total ? "" : shown + " of " + total;
    one("nothing").hidden = shown > 0 || total === 0;
  };
  if (groups.length > 0) form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  fold.addEventListener("click", () => {
    const open = groups.some((group) => !group.card.open);
    for (const group of groups) group.card.open = open;
    fold.textContent = open ? "Close all" : "Open all";
  });
  addEventListener("beforeprint", () => groups.forEach((group) => { group.was = group.card.open; group.card.open = true; }));
  addEventListener("afterprint", () => groups.forEach((group) => { group.card.open = group.was; }));
  for (const host of all(".map .touch[data-host]")) {
    host.addEventListener("click", () => { query.value = host.dataset.host; apply(); one("findings").scrollIntoView(); });
  }
  apply();
})();
