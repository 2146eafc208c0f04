// The page keeps no state of its own: the filters and the address bar say what is shown.

const PAGE_SIZE = 12;
const REVIEWS_AT_ONCE = 10;
const $ = (id) => document.getElementById(id);
const filters = $("filters");
let offset = 0;
let openBook = null;
let latestSearch = 0;

// Text is always set as text, so nothing that a reader writes can become markup.
function element(tag, attributes = {}, ...children) {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}

async function api(path, options) {
  let response;
  try {
    response = await fetch(`/api${path}`, options);
  } catch {
    throw new Error("The shop does not answer. Is the server still running?");
  }
  if (response.ok) return response.json();
  const body = await response.json().catch(() => ({}));
  throw new Error(problem(body.detail) ?? `The shop answered ${response.status}.`);
}

// A 404 or 409 carries a sentence; a 422 carries one entry for each field.
function problem(detail) {
  if (!Array.isArray(detail)) return detail;
  return detail.map(({ loc, msg }) => {
    const field = loc.slice(1).join(" ").replaceAll("_", " ");
    return field ? `${field}: ${msg}` : msg;
  }).join("; ");
}

const year = (number) => (number < 0 ? `${-number} BC` : `${number}`);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const stars = (count) => "★".repeat(count) + "☆".repeat(5 - count);

function rating(book) {
  if (book.rating === null) return element("span", { className: "rating" }, element("small", {}, "No reviews yet"));
  const note = element("small", {}, ` · ${plural(book.review_count, "review")}`);
  return element("span", { className: "rating" }, `★ ${book.rating.toFixed(1)}`, note);
}

// List

function query() {
  const fields = [...new FormData(filters)].filter(([, value]) => value.trim() !== "");
  return new URLSearchParams(fields);
}

async function showBooks() {
  const search = ++latestSearch;
  const wanted = query();
  const shared = new URLSearchParams(wanted);
  if (wanted.get("sort") === "title") shared.delete("sort");
  if (offset) shared.set("offset", offset);
  history.replaceState(null, "", shared.size ? `?${shared}` : location.pathname);

  wanted.set("limit", PAGE_SIZE);
  wanted.set("offset", offset);
  try {
    const page = await api(`/books?${wanted}`);
    if (search !== latestSearch) return; // a newer search has overtaken this answer
    if (page.total && !page.items.length) return await restart(); // a page that is no more
    drawBooks(page);
  } catch (error) {
    if (search === latestSearch) say($("summary"), error.message, true);
  }
}

function drawBooks({ items, total }) {
  const last = offset + items.length;
  const none = "No book fits. Try fewer filters.";
  say($("summary"), total ? `${plural(total, "book")} found` : none);
  $("books").replaceChildren(...items.map(card));
  $("position").textContent = `${offset + 1}–${last} of ${total}`;
  $("previous").disabled = offset === 0;
  $("next").disabled = last >= total;
  $("pager").hidden = total <= PAGE_SIZE;
}

function card(book) {
  const cover = element("div", { className: "cover", ariaHidden: "true" }, book.title);
  cover.style.setProperty("--hue", (book.author.id * 47) % 360);
  const open = element("button", { type: "button", onclick: () => showDetails(book.id) }, book.title);
  open.dataset.book = book.id;
  open.setAttribute("aria-haspopup", "dialog");
  return element("li", {}, cover, element("div", {},
    element("h2", {}, open),
    element("p", {}, book.author.name),
    element("p", {}, year(book.year)),
    element("p", {}, rating(book)),
  ));
}

function say(place, message, bad = false) {
  place.textContent = message;
  place.classList.toggle("bad", bad);
}

async function listAuthors() {
  const select = filters.elements.author_id;
  for (let start = 0, total = 1; start < total; start += 100) {
    const page = await api(`/authors?limit=100&offset=${start}`);
    total = page.total;
    select.append(...page.items.map(({ id, name, book_count }) => new Option(`${name} (${book_count})`, id)));
  }
}

// Details

async function showDetails(id) {
  try {
    await drawDetails(id);
  } catch (error) {
    say($("summary"), error.message, true);
    return;
  }
  $("review").reset();
  say($("review-message"), "");
  $("details").showModal();
  $("details").scrollTop = 0;
}

async function drawDetails(id) {
  openBook = await api(`/books/${id}`);
  const [author, page] = await Promise.all([
    api(`/authors/${openBook.author.id}`),
    api(`/books/${id}/reviews?limit=${REVIEWS_AT_ONCE}`),
  ]);
  $("details-title").textContent = openBook.title;
  $("details-byline").replaceChildren(`${author.name}, ${year(openBook.year)} · `, rating(openBook));
  $("details-description").textContent = openBook.description;
  const born = author.born === null ? "" : ` Born in ${year(author.born)}.`;
  const others = author.books.filter((book) => book.id !== id).map((book) => book.title);
  const also = others.length ? ` Also here: ${others.join(", ")}.` : "";
  $("details-author").textContent = `${author.name}: ${author.about}${born}${also}`;
  $("reviews").replaceChildren();
  drawReviews(page);
}

function drawReviews({ items, total }) {
  const list = $("reviews");
  list.append(...items.map(review));
  if (total === 0) list.append(element("li", { className: "meta" }, "Nobody has reviewed this book yet."));
  $("more").hidden = total === 0 || list.children.length >= total;
}

function review({ reviewer, rating, text, written_on }) {
  const given = element("span", { className: "rating" }, stars(rating));
  given.setAttribute("role", "img");
  given.setAttribute("aria-label", `${rating} of 5 stars`);
  const day = new Date(`${written_on}T00:00`).toLocaleDateString("en-GB", { dateStyle: "long" });
  const meta = element("p", { className: "meta" }, given, " ", element("strong", {}, reviewer), ` · ${day}`);
  return text ? element("li", {}, meta, element("p", {}, text)) : element("li", {}, meta);
}

// A new review may have changed the list. Drawing it again loses the focus, so put that back.
async function closeDetails() {
  await showBooks();
  document.querySelector(`[data-book="${openBook.id}"]`)?.focus();
}

async function moreReviews() {
  const start = $("reviews").children.length;
  drawReviews(await api(`/books/${openBook.id}/reviews?limit=${REVIEWS_AT_ONCE}&offset=${start}`));
}

async function addReview(event) {
  event.preventDefault();
  const form = event.target;
  const { rating, ...fields } = Object.fromEntries(new FormData(form));
  try {
    await api(`/books/${openBook.id}/reviews`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...fields, rating: Number(rating) }),
    });
    form.reset();
    say($("review-message"), "Thank you! Your review is in the list above.");
    await drawDetails(openBook.id);
  } catch (error) {
    say($("review-message"), error.message, true);
  }
}

// Wiring

function restart() {
  offset = 0;
  return showBooks();
}

function turn(pages) {
  offset = Math.max(0, offset + pages * PAGE_SIZE);
  showBooks();
  filters.scrollIntoView({ block: "start" });
}

let typing;
filters.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(restart, 200);
});
filters.addEventListener("reset", () => setTimeout(restart)); // once the fields are empty
filters.addEventListener("submit", (event) => { event.preventDefault(); restart(); });
$("previous").addEventListener("click", () => turn(-1));
$("next").addEventListener("click", () => turn(1));
$("close").addEventListener("click", () => $("details").close());
$("details").addEventListener("click", (event) => { if (event.target === $("details")) $("details").close(); });
$("details").addEventListener("close", closeDetails);
$("more").addEventListener("click", () => moreReviews().catch((error) => say($("review-message"), error.message, true)));
$("review").addEventListener("submit", addReview);

try {
  await listAuthors();
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name === "offset") offset = Math.max(0, Math.trunc(Number(value)) || 0);
    else if (filters.elements[name]) filters.elements[name].value = value;
  }
  await showBooks();
} catch (error) {
  say($("summary"), error.message, true);
}
