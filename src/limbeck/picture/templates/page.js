"use strict";
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const details = document.getElementById("details");
  const find = document.getElementById("find");
  const spotOf = new Map();
  facts.spots.forEach((ids, number) => ids.forEach((id) => spotOf.set(id, number)));
  const all = facts.spots.flat();
  const MOST = 100;
  const known = (id) => Object.hasOwn(facts.revisions, id);

  // Text only: nothing that a revision says can become markup.
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const link = (id) => {
    const button = element("button", id, "to");
    button.type = "button";
    button.addEventListener("click", () => choose(id));
    return button;
  };
  const section = (title, items, make) => {
    if (!items || !items.length) return;
    details.append(element("h3", title));
    const list = element("ul");
    for (const item of items) {
      const entry = element("li");
      entry.append(...[].concat(make(item)));
      list.append(entry);
    }
    details.append(list);
  };
  const mark = (number) => {
    document.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    const spot = document.getElementById(`spot-${number}`);
    if (spot) {
      spot.classList.add("chosen");
      spot.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };
  const begin = (title, subtitle) => {
    details.replaceChildren(element("h2", title));
    if (subtitle) details.append(element("p", subtitle, "faint"));
    details.scrollTop = 0;
  };
  const line = (id) => [link(id), ` ${facts.revisions[id].message || ""}`];

  function show(id) {
    const revision = facts.revisions[id];
    begin(id, [revision.created, revision.path].filter(Boolean).join(" · "));
    details.append(element("pre", revision.doc || "(no message)", "message"));
    if (revision.at) details.append(element("p", `Here stands: ${revision.at.join(", ")}`));
    if (revision.pending) details.append(element("p", `Pending in: ${revision.pending.join(", ")}`));
    const linked = (other) => (known(other) ? line(other) : other);
    section("Follows", revision.parents, linked);
    section("Depends on", revision.requires, linked);
    section("Followed by", revision.children, linked);
    section("Branch labels", revision.labels, (label) => label);
    section("Operations", revision.operations, (text) => text);
    if (revision.unknown) details.append(element("p", revision.unknown, "unknown"));
    if (!revision.operations && !revision.unknown) details.append(element("p", "It changes nothing.", "faint"));
    if (revision.sql) details.append(element("h3", "SQL"), element("pre", revision.sql, "sql"));
    section("Author", revision.changes, ([commit, author, date, subject]) => `${author}, ${date}, ${commit}: ${subject}`);
    if (!revision.changes) details.append(element("h3", "Author"), element("p", "git knows nothing of its file.", "faint"));
    section("Applied", revision.applied, ([database, direction, outcome, when, who, seconds]) =>
      `${database}: ${direction} ${outcome}, ${when} UTC, ${who}${seconds === null ? "" : `, ${seconds} s`}`);
    if (!revision.applied) details.append(element("h3", "Applied"), element("p", "No journal that was read has it.", "faint"));
  }

  function several(title, ids) {
    begin(title, ids.length > MOST ? `the first ${MOST}` : "");
    const list = element("ul");
    for (const id of ids.slice(0, MOST)) {
      const entry = element("li");
      entry.append(...line(id));
      list.append(entry);
    }
    details.append(list);
    if (ids.length > MOST) {
      const more = element("button", `${ids.length - MOST} more`, "to");
      more.addEventListener("click", () => several(`${title} …`, ids.slice(MOST)));
      details.append(more);
    }
  }

  function choose(id) {
    mark(spotOf.get(id));
    show(id);
    history.replaceState(null, "", `#${encodeURIComponent(id)}`);
  }

  function open(number) {
    const ids = facts.spots[number];
    if (ids.length === 1) return choose(ids[0]);
    mark(number);
    several(`${ids.length} revisions in a line, newest first`, ids);
  }

  facts.spots.forEach((ids, number) => {
    const spot = document.getElementById(`spot-${number}`);
    if (!spot) return;
    spot.setAttribute("tabindex", "0");
    spot.setAttribute("role", "button");
    spot.setAttribute("aria-label", ids.length === 1 ? `revision ${ids[0]}` : `${ids.length} revisions`);
    spot.addEventListener("click", () => open(number));
    spot.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        open(number);
      }
    });
  });

  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return;
    const found = all.filter((id) => {
      const revision = facts.revisions[id];
      const text = [id, revision.doc, revision.message, ...(revision.labels || []), ...(revision.changes || []).map((one) => one[1])]
        .join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    several(found.length ? `${found.length} found` : "nothing found", found);
  });

  const asked = () => {
    try {
      const id = decodeURIComponent(location.hash.slice(1));
      if (known(id)) choose(id);
    } catch { /* a hash that is none of ours */ }
  };
  window.addEventListener("hashchange", asked);
  asked();
})();
