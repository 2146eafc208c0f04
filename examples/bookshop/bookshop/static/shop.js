// The list of books. The filters and the address bar say what is shown.

import { all, call } from "./api.js";
import { connectDetails, showDetails } from "./details.js";
import { $, button, cover, element, plural, rating, say, year } from "./dom.js";

const PAGE_SIZE = 12;
const LARGEST_PAGE = 100;
const filters = $("filters");
let latestSearch = 0;
let next = null; // the cursor of the page after the last one shown

function query() {
  const fields = [...new FormData(filters)].filter(([, value]) => value.trim() !== "");
  return new URLSearchParams(fields);
}

// Looks for books, and shows the first of them; with a cursor, adds the page that it names.
async function showBooks(cursor = null, limit = PAGE_SIZE) {
  const search = ++latestSearch;
  const wanted = query();
  share(wanted);
  wanted.set("limit", limit);
  if (cursor) wanted.set("cursor", cursor);
  waiting(cursor);
  try {
    const { data } = await call("GET /api/books", { query: wanted });
    if (search === latestSearch) draw(data, cursor);
  } catch (error) {
    if (search === latestSearch) failed(error, cursor);
  }
}

function share(wanted) {
  const shared = new URLSearchParams(wanted);
  if (shared.get("sort") === "title") shared.delete("sort");
  history.replaceState(null, "", shared.size ? `?${shared}` : location.pathname);
}

function waiting(cursor) {
  $("books").setAttribute("aria-busy", "true");
  $("more-books").disabled = true;
  if (!cursor && !$("books").querySelector("[data-book]")) {
    $("books").replaceChildren(...Array.from({ length: PAGE_SIZE }, () => element("li", { className: "waiting", ariaHidden: "true" })));
    $("state").replaceChildren();
  }
}

function draw(page, cursor) {
  const focused = document.activeElement === $("more-books");
  const cards = page.items.map(card);
  if (cursor) $("books").append(...cards);
  else $("books").replaceChildren(...cards);
  next = page.next;
  const count = $("books").children.length;
  say($("summary"), next ? `The first ${count} books` : count ? plural(count, "book") : "");
  const none = [element("p", {}, "No book fits."), button("Clear the filters", () => filters.reset())];
  $("state").replaceChildren(...(count ? [] : none));
  idle();
  if (cursor && focused) cards[0]?.querySelector("button")?.focus();
}

function failed(error, cursor) {
  if (!cursor) $("books").replaceChildren();
  const again = button("Try again", () => showBooks(cursor));
  $("state").replaceChildren(element("p", { className: "bad", role: "alert" }, error.message), again);
  if (!cursor) next = null;
  say($("summary"), "");
  idle();
}

function idle() {
  $("books").removeAttribute("aria-busy");
  $("more-books").disabled = false;
  $("more-books").hidden = next === null;
}

function card(book) {
  const open = button(book.title, () => showDetails(book.id));
  open.dataset.book = book.id;
  open.setAttribute("aria-haspopup", "dialog");
  const tags = element("p", { className: "tags" }, ...book.tags.map(({ name }) => button(name, () => choose(name))));
  return element("li", {}, cover(book), element("div", {},
    element("h2", {}, open),
    element("p", {}, `${book.author.name} · ${year(book.year)}`),
    element("p", {}, rating(book)),
    tags,
  ));
}

// After a change: as many books as were there before.
function showAgain() {
  return showBooks(null, Math.min(Math.max($("books").children.length, PAGE_SIZE), LARGEST_PAGE));
}

function choose(tag) {
  $("details").close();
  filters.reset();
  filters.elements.tag.value = tag;
  filters.scrollIntoView({ block: "start" });
}

// What there is to choose from.

async function listAuthors() {
  const authors = await all("GET /api/authors");
  for (const { id, name, book_count } of authors) filters.elements.author_id.append(new Option(`${name} (${book_count})`, id));
  return authors;
}

async function listTags() {
  const tags = await all("GET /api/tags");
  $("tags").append(...tags.map(({ name, book_count }) => element("label", {},
    element("input", { type: "radio", name: "tag", value: name }), element("span", {}, name, element("small", {}, ` ${book_count}`)),
  )));
  return tags;
}

// Wiring

let typing;
filters.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => showBooks(), 200);
});
filters.addEventListener("reset", () => setTimeout(() => showBooks())); // once the fields are empty
filters.addEventListener("submit", (event) => { event.preventDefault(); showBooks(); });
$("more-books").addEventListener("click", () => showBooks(next));

async function start() {
  try {
    const [authors, tags] = await Promise.all([listAuthors(), listTags()]);
    connectDetails({ authors, tags, choose, changed: showAgain });
  } catch (error) {
    $("books").replaceChildren();
    const again = button("Try again", () => location.reload());
    $("state").replaceChildren(element("p", { className: "bad", role: "alert" }, error.message), again);
    return;
  }
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (filters.elements[name]) filters.elements[name].value = value;
  }
  await showBooks();
}

waiting(null);
await start();
