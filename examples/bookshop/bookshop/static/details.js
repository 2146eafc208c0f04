// One book: its author, its reviews, and the form to change it.

import { call } from "./api.js";
import { $, button, element, notify, rating, say, stars, year } from "./dom.js";

const REVIEWS_AT_ONCE = 10;
const details = $("details");
const edit = $("edit");
const review = $("review");
let book = null;
let version = null; // the ETag of what is shown
let nextReviews = null;
let touched = false; // whether the list behind must be drawn again
let shop = {}; // authors, tags, and what the page does about them

export function connectDetails(page) {
  shop = page;
  edit.elements.author_id.replaceChildren(...shop.authors.map(({ id, name }) => new Option(name, id)));
  $("edit-tags").append(...shop.tags.map(({ id, name }) => element("label", {},
    element("input", { type: "checkbox", name: "tag_ids", value: id }), element("span", {}, name))));
}

export async function showDetails(id) {
  try {
    await read(id);
  } catch (error) {
    details.close();
    return notify(error.message, "Look again", shop.changed);
  }
  review.reset();
  say($("review-message"), "");
  closeForm();
  if (!details.open) details.showModal();
  details.scrollTop = 0;
}

async function read(id) {
  const query = new URLSearchParams({ limit: REVIEWS_AT_ONCE });
  const [shown, reviews] = await Promise.all([
    call("GET /api/books/{id}", { id }),
    call("GET /api/books/{id}/reviews", { id, query }),
  ]);
  const { data: author } = await call("GET /api/authors/{id}", { id: shown.data.author.id });
  drawBook(shown, author);
  $("reviews").replaceChildren();
  drawReviews(reviews.data);
}

function drawBook({ data, etag }, author) {
  [book, version] = [data, etag];
  $("details-title").textContent = book.title;
  $("details-byline").replaceChildren(`${author.name}, ${year(book.year)} · `, rating(book));
  $("details-description").textContent = book.description;
  $("details-tags").replaceChildren(...book.tags.map(({ name }) => button(name, () => shop.choose(name))));
  const born = author.born === null ? "" : ` Born in ${year(author.born)}.`;
  $("details-author").replaceChildren(element("strong", {}, author.name), ` ${author.about}${born}`);
  const others = author.books.filter(({ id }) => id !== book.id);
  const also = others.map(({ id, title }) => button(title, () => showDetails(id), { className: "link" }));
  $("details-also").replaceChildren(...(also.length ? ["Also here: ", ...also] : []));
}

// Reviews

function drawReviews({ items, next }) {
  const list = $("reviews");
  list.append(...items.map(oneReview));
  if (!list.children.length) list.append(element("li", { className: "meta" }, "Nobody has reviewed this book yet."));
  nextReviews = next;
  $("more-reviews").hidden = next === null;
}

function oneReview({ reviewer, rating, text, created_at }) {
  const day = new Date(created_at).toLocaleDateString("en-GB", { dateStyle: "long" });
  const meta = element("p", { className: "meta" }, stars(rating), " ", element("strong", {}, reviewer), ` · ${day}`);
  return text ? element("li", {}, meta, element("p", {}, text)) : element("li", {}, meta);
}

async function moreReviews() {
  const query = new URLSearchParams({ limit: REVIEWS_AT_ONCE, cursor: nextReviews });
  try {
    drawReviews((await call("GET /api/books/{id}/reviews", { id: book.id, query })).data);
  } catch (error) {
    say($("review-message"), error.message, true);
  }
}

async function addReview(event) {
  event.preventDefault();
  const { rating, ...fields } = Object.fromEntries(new FormData(review));
  try {
    await call("POST /api/books/{id}/reviews", { id: book.id, body: { ...fields, rating: Number(rating) } });
    touched = true;
    review.reset();
    await read(book.id);
    say($("review-message"), "Thank you! Your review is in the list above.");
  } catch (error) {
    const message = error.status === 409 ? `${fields.reviewer} has reviewed this book already.` : error.message;
    say($("review-message"), message, true);
  }
}

// Changing the book

function openForm() {
  fillForm();
  edit.hidden = false;
  $("shown").hidden = true;
  details.scrollTop = 0;
  edit.elements.title.focus();
}

function closeForm() {
  edit.hidden = true;
  $("shown").hidden = false;
}

function fillForm() {
  edit.elements.title.value = book.title;
  edit.elements.author_id.value = book.author.id;
  edit.elements.year.value = book.year;
  edit.elements.description.value = book.description;
  const chosen = new Set(book.tags.map(({ id }) => id));
  for (const box of $("edit-tags").querySelectorAll("input")) box.checked = chosen.has(Number(box.value));
  $("edit-message").replaceChildren();
}

// Exactly what was changed: the rest of the book stays as others have left it.
function changes() {
  const form = new FormData(edit);
  const now = {
    title: form.get("title").trim(),
    author_id: Number(form.get("author_id")),
    year: Number(form.get("year")),
    description: form.get("description").trim(),
    tag_ids: form.getAll("tag_ids").map(Number),
  };
  const before = { ...book, author_id: book.author.id, tag_ids: book.tags.map(({ id }) => id) };
  const same = (one, other) => JSON.stringify([one].flat().sort()) === JSON.stringify([other].flat().sort());
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, before[name])));
}

async function save(ifMatch) {
  const body = changes();
  if (!Object.keys(body).length) return closeForm();
  await attempt(async () => {
    await call("PATCH /api/books/{id}", { id: book.id, body, ifMatch });
    touched = true;
    await read(book.id);
    closeForm();
  }, save);
}

async function remove(ifMatch) {
  await attempt(async () => {
    const { id, title } = book;
    await call("DELETE /api/books/{id}", { id, ifMatch });
    touched = true;
    details.close();
    notify(`“${title}” was removed.`, "Undo", async () => {
      await call("POST /api/books/{id}/restore", { id });
      await shop.changed();
    });
  }, remove);
}

// Does it, or says what is in the way. Where somebody else was faster, people decide.
async function attempt(work, again) {
  try {
    await work();
  } catch (error) {
    if (error.status === 412) return conflict(() => again(error.etag));
    const taken = error.status === 409 ? "This author has a book with this title already. It may be one that was removed." : error.message;
    $("edit-message").replaceChildren(element("p", { className: "bad" }, taken));
  }
}

function conflict(insist) {
  $("edit-message").replaceChildren(
    element("p", { className: "bad" }, "Somebody else has changed this book since you opened it. Nothing was saved."),
    button("Show their version", () => attempt(async () => { touched = true; await read(book.id); fillForm(); })),
    button("Do it all the same", insist),
  );
}

// Wiring

$("change").addEventListener("click", openForm);
$("cancel").addEventListener("click", closeForm);
$("remove").addEventListener("click", () => remove(version));
edit.addEventListener("submit", (event) => { event.preventDefault(); save(version); });
review.addEventListener("submit", addReview);
$("more-reviews").addEventListener("click", moreReviews);
$("close").addEventListener("click", () => details.close());
details.addEventListener("click", (event) => { if (event.target === details) details.close(); });
details.addEventListener("close", async () => {
  if (!touched) return;
  touched = false;
  await shop.changed();
  document.querySelector(`[data-book="${book.id}"]`)?.focus(); // drawing the list has lost it
});
