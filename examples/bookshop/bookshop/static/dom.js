// Small pieces of the page.

export const $ = (id) => document.getElementById(id);

// Text is always set as text, so nothing that a reader writes can become markup.
export function element(tag, attributes = {}, ...children) {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

export const button = (text, onclick, attributes = {}) =>
  element("button", { type: "button", onclick, ...attributes }, text);

export function say(place, message, bad = false) {
  place.textContent = message;
  place.classList.toggle("bad", bad);
}

export const year = (number) => (number < 0 ? `${-number} BC` : `${number}`);
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

export function rating(book) {
  if (book.rating === null) return element("span", { className: "rating" }, element("small", {}, "No reviews yet"));
  const note = element("small", {}, ` · ${plural(book.review_count, "review")}`);
  return element("span", { className: "rating" }, `★ ${book.rating.toFixed(1)}`, note);
}

export function stars(count) {
  const shown = element("span", { className: "rating" }, "★".repeat(count) + "☆".repeat(5 - count));
  shown.setAttribute("role", "img");
  shown.setAttribute("aria-label", `${count} of 5 stars`);
  return shown;
}

export function cover(book) {
  const node = element("div", { className: "cover", ariaHidden: "true" }, book.title);
  node.style.setProperty("--hue", (book.author.id * 47) % 360);
  return node;
}

// A message at the edge of the page, with something to do about it.
let leaving;
export function notify(message, action, onclick) {
  const act = button(action, async () => {
    $("notice").hidden = true;
    await onclick().catch((error) => notify(error.message, action, onclick));
  });
  $("notice").replaceChildren(element("span", {}, message), act);
  $("notice").hidden = false;
  clearTimeout(leaving);
  leaving = setTimeout(() => { $("notice").hidden = true; }, 12000);
}
