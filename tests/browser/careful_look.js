// What axe does not see on a page. Returns what is wrong with it, in sentences.
// `settled`: the page is looked at as it is, on paper, so that nothing is focused or aimed at.
(settled) => {
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const LEAST = 24;
  const faults = [];
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const text = (element) => (element ? element.textContent.trim() : "");
  const name = (element) =>
    `${element.localName}${element.id ? "#" + element.id : ""} “${(text(element) || element.name || "").slice(0, 40)}”`;
  const errors = document.querySelector(".govuk-error-summary");

  function groups() {
    for (const input of all("input[type=radio], input[type=checkbox]")) {
      const size = all("input").filter((other) => other.name === input.name && other.type === input.type).length;
      const named = text(input.closest("fieldset")?.querySelector("legend"));
      if (size > 1 && !named) faults.push(`${name(input)} stands in a group without a legend`);
    }
  }

  function descriptions() {
    for (const element of all("[aria-describedby], [aria-labelledby]")) {
      const ids = `${element.getAttribute("aria-describedby") ?? ""} ${element.getAttribute("aria-labelledby") ?? ""}`;
      const empty = ids.trim() === "" || ids.trim().split(/\s+/).some((id) => !text(document.getElementById(id)));
      if (empty) faults.push(`${name(element)} is described by nothing: ${ids}`);
    }
  }

  function title() {
    const begins = document.title.startsWith(document.documentElement.lang === "en" ? "Error: " : document.title);
    if (errors && !begins) faults.push(`the title says nothing of errors: ${document.title}`);
    if (!errors && document.title.startsWith("Error: ")) faults.push("the title speaks of errors that are not there");
  }

  function errorLinks() {
    for (const link of errors ? all("a", errors) : []) {
      const target = document.getElementById(link.hash.slice(1));
      target?.focus();
      if (!target || document.activeElement !== target) faults.push(`${name(link)} lands on nothing that takes focus`);
    }
    if (errors && !all("a", errors).length) faults.push("the summary of errors leads nowhere");
  }

  function pictures() {
    for (const picture of all("svg[role=img]")) {
      if (!text(picture.querySelector("title"))) faults.push("a picture has no title");
      if (!document.querySelector("main table, main dl")) faults.push("a picture has no table beside it");
    }
  }

  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false });
  const isInText = (element) =>
    getComputedStyle(element).display === "inline" &&
    [...element.parentNode.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim());
  const boxOf = (element) => {
    const boxes = [element, ...(element.labels ?? [])].map((part) => part.getBoundingClientRect());
    return boxes.reduce((largest, box) => (box.width * box.height > largest.width * largest.height ? box : largest));
  };

  // WCAG 2.5.8: 24 px each way, or a circle of 24 px that touches no other target's circle; links in a sentence are let off.
  function targets() {
    const shown = all(TARGETS).filter((element) => seen(element) && boxOf(element).width > 1);
    const middles = shown.map((element) => {
      const box = boxOf(element);
      return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    });
    shown.forEach((element, index) => {
      const box = boxOf(element);
      if (isInText(element) || (box.width >= LEAST && box.height >= LEAST)) return;
      const crowded = middles.some(
        ([x, y], other) => other !== index && Math.hypot(x - middles[index][0], y - middles[index][1]) < LEAST,
      );
      if (crowded) faults.push(`${name(element)} is ${Math.round(box.width)} by ${Math.round(box.height)} px, crowded`);
    });
  }

  // WCAG 2.4.11: something of what has the focus must be in sight.
  function focus() {
    const forward = all(TARGETS).filter((element) => seen(element) && !element.disabled);
    for (const element of [...forward, ...forward.toReversed()]) {
      element.focus();
      const points = [element, ...(element.labels ?? [])].flatMap((part) => {
        const box = part.getBoundingClientRect();
        return [0.02, 0.5, 0.98].flatMap((down) =>
          [0.02, 0.5, 0.98].map((across) => [box.left + box.width * across, box.top + box.height * down]),
        );
      });
      const inSight = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (element.contains(top) || top.contains(element) || [...(element.labels ?? [])].includes(top));
      });
      if (!inSight) faults.push(`${name(element)} has the focus and cannot be seen`);
    }
  }

  function motion() {
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const moving = all("*").filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0.01);
    if (document.getAnimations().length || moving.length) faults.push("something moves where nothing should");
    if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") faults.push("the page scrolls by itself");
  }

  groups();
  descriptions();
  title();
  pictures();
  motion();
  if (!settled) [errorLinks, targets, focus].forEach((look) => look());
  return faults;
}
