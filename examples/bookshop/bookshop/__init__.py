"""A small bookshop: books, authors and reviews over SQLite, with a page to browse them."""
